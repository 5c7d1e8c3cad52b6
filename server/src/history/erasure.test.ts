import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openProcess } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { Town } from '../../test/town.ts'
import { makeWorkspace, moveIn } from '../../test/workspaces.ts'
import { newId } from '../lib/index.ts'
import { type Storage, write } from '../storage/index.ts'

proves('history/data-rights')

/** What the erasure of a person does with each table that has rows of people. */
const treated = {
  acceptances: 'stays: the agreement of an organisation outlives its members',
  access_tokens: 'revoked, names blanked',
  account_links: 'ended; whose account it was is blanked',
  age_bands: 'deleted',
  approval_levels: 'deleted',
  approval_votes: 'stays: an id without a name, on the call of somebody else',
  approvals: 'contents are sealed under the key that is destroyed',
  asserted_users: 'deleted',
  calls: 'contents are sealed under the key that is destroyed',
  connect_pages: 'deleted',
  credentials: 'overwritten',
  developer_members: 'stays: an id without a name',
  enablements: 'ended; an id without a name',
  grants: 'ended, with every token under them deleted; an id without a name',
  group_members: 'deleted',
  handed_files: 'deleted',
  idempotency_keys: 'deleted',
  mcp_sessions: 'deleted',
  notice_deliveries: 'deleted with notices to the person; of those to their organisation the address and the copy',
  notice_mutes: 'deleted',
  one_time_links: 'deleted',
  page_links: 'deleted',
  passkeys: 'deleted',
  provider_identities: 'deleted',
  recovery_codes: 'deleted',
  sign_in_attempts: 'deleted',
  standing_approvals: 'ended, conditions blanked',
  terms_choices: 'stays: an id without a name, on the agreement of an organisation',
  token_revocations: 'overwritten once the provider has answered, or after days',
  totp_secrets: 'deleted',
  user_keys: 'destroyed',
  web_sessions: 'deleted',
  workspace_owners: 'deleted',
}
const deleted = Object.entries(treated).flatMap(([table, what]) => (what === 'deleted' ? [table] : []))
/** What somebody who leaves keeps until it is swept: it is ended, or opens nothing once the account is. */
const sweptLater = ['idempotency_keys', 'one_time_links', 'web_sessions']

type Person = { readonly user: string; readonly workspace: string }

/** Puts a row of a person into a table, whatever its other columns are. */
async function plant({ db, write: run }: Storage, table: string, person: Person, given: Readonly<Record<string, string | null>> = {}): Promise<void> {
  const columns = (await db.introspection.getTables()).find(({ name }) => name === table)?.columns ?? []
  const own: Readonly<Record<string, string | null>> = { user_id: person.user, workspace_id: person.workspace, ...given }
  const values = columns.map(({ name, dataType }) => [name, name in own ? own[name] : /int/i.test(dataType) ? 1 : newId('row')])
  await run([write(db.insertInto(table as never).values(Object.fromEntries(values) as never))])
}

/** Of these tables, those in which something of a person stands. */
async function holding({ db }: Storage, tables: readonly string[], { user }: Person): Promise<readonly string[]> {
  const found = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql`select 1 from ${sql.table(table)} where user_id = ${user}`.execute(db)
      return rows.length > 0 ? [table] : []
    }),
  )
  return found.flat()
}

const open = { ended_at: null, ended_because: null }

describe.each(databases)('erasure on $name', (kind) => {
  it('has an answer for every table of people', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)

    const tables = await one.storage.db.introspection.getTables()

    const ofPeople = tables.filter(({ columns }) => columns.some(({ name }) => name === 'user_id')).map(({ name }) => name)
    expect(ofPeople.toSorted()).toEqual(Object.keys(treated))
  })

  it.each(['is erased', 'leaves the workspace'])('does what it says where somebody %s, and nothing to anybody else', async (how) => {
    await using town = await Town.open(kind)
    const { storage, rooms } = town.app
    const workspace = await makeWorkspace(town, 'Heron')
    const ana = await moveIn(town, workspace, 'Ana', true)
    const ben = await moveIn(town, workspace, 'Ben', true)
    for (const who of [ana, ben]) {
      for (const table of deleted) if (table !== 'workspace_owners' && table !== 'age_bands') await plant(storage, table, who)
      await plant(storage, 'age_bands', who, { band: 'adult' })
      await plant(storage, 'grants', who, { id: `grt_${who.name}`, ...open })
      await plant(storage, 'grant_tokens', who, { grant_id: `grt_${who.name}` })
      await plant(storage, 'authorization_records', who, { grant_id: `grt_${who.name}` })
    }
    const before = await holding(storage, deleted, ana)

    if (how === 'is erased') await rooms.erasure.erase(ana)
    else await rooms.people.workspaces.leave(workspace, town.olga.user, ana.user, { mayBeLast: true, ending: rooms.ending })

    expect(before).toEqual(deleted)
    expect(await holding(storage, deleted, ana)).toEqual(how === 'is erased' ? [] : sweptLater)
    expect(await holding(storage, deleted, ben)).toEqual(deleted)
    const grants = await storage.db.selectFrom('grants').select(['id', 'ended_because']).orderBy('id').execute()
    expect(grants).toEqual([
      { id: 'grt_Ana', ended_because: 'erased' },
      { id: 'grt_Ben', ended_because: null },
    ])
    for (const table of ['grant_tokens', 'authorization_records'] as const)
      expect(await storage.db.selectFrom(table).select('grant_id').execute()).toEqual([{ grant_id: 'grt_Ben' }])
    expect(await town.entries('grt_Ana')).toMatchObject([{ event: 'grant.revoked', because: 'erased' }])
  })
})
