import { describe, expect, it } from 'vitest'
import { startEcho } from '../../../e2e/fixtures/echo-connector.ts'
import { databases } from '../../test/databases.ts'
import { lets } from '../../test/granted.ts'
import type { Told } from '../../test/mcp-caller.ts'
import { openProvider } from '../../test/oauth-provider.ts'
import { protectedConnector } from '../../test/protected-connector.ts'
import { hearStatements } from '../../test/statements.ts'
import { Town } from '../../test/town.ts'
import { group, outcomeOf, rules } from '../../test/workspaces.ts'
import { linkable } from '../links/index.ts'

/** One transaction for the intent and one for the outcome; the epoch is read with each commit. */
const intent = ['begin', 'insert ledger_entries', 'insert calls', 'commit', 'read epoch']
const outcome = ['begin', 'insert ledger_entries', 'insert call_outcomes', 'commit', 'read epoch']

const CALLS = 5

async function open(kind: (typeof databases)[number]) {
  const stack = new AsyncDisposableStack()
  const provider = stack.use(await openProvider({ registration: true }))
  const notes = stack.use(await protectedConnector(provider))
  const echo = stack.use(await startEcho())
  const town = stack.use(await Town.open(kind))
  const { alice, app } = town
  const { links, directory } = app.rooms
  await town.publishes('notes', notes.url, { credential: { type: 'oauth2' } })
  notes.open = false
  await town.publishes('echo', echo.url)
  await town.publishes('keyed', echo.url, { credential: { type: 'bearer' } })
  for (const slug of ['notes', 'echo', 'keyed']) await town.enables(alice, slug)
  const about = async (slug: string) => {
    const standing = await directory.bySlug(app.workspace, slug)
    if (standing.release === null) throw new Error(`${slug} has no release`)
    return linkable(standing, standing.release)
  }
  await links.linking.giveKey(town.person(alice), await about('keyed'), 'a key of hers')
  const browser = { ...town.person(alice), session: 'a session' }
  const { url } = await links.linking.beginSignIn(browser, await about('notes'), { chooseAccount: false })
  const back = await provider.visit(url)
  const given = Object.fromEntries(back.searchParams) as { state: string }
  await links.linking.finishSignIn(browser, given, back.pathname, () => about('notes'))
  return { town, echo, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** A deadline whose work is not done yet. */
function firstDue({ app, clock }: Town) {
  const open = app.storage.db.selectFrom('deadlines').select('kind').where('done_at', 'is', null).where('dead_at', 'is', null)
  return open.where('due_at', '<=', clock.now()).executeTakeFirst()
}

describe.each(databases)('a governed call that is warm on $name', (kind) => {
  it('costs the commits of its intent and its outcome and nothing else, whoever calls, as whom, under whatever rules, in each era', async () => {
    await using here = await open(kind)
    const { town, echo } = here
    const { alice, app } = town
    using heard = hearStatements(app.storage)
    const assistants = { 'a personal token': alice, 'a token under a grant': await lets(town, alice) }
    const circumstances: Readonly<Record<string, () => Promise<unknown>>> = {
      'without rules': async () => {},
      'under rules of the workspace': async () => {
        await group(town, app.workspace, 'makers', [alice.user])
        await rules(town, app.workspace, {
          connectors: { block: ['elsewhere'] },
          rules: [
            { id: 'no-secrets', verb: 'deny', when: [{ at: '/text', matches: '(?i).*secret.*' }] },
            { id: 'makers', verb: 'allow', for: { groups: ['makers'] } },
          ],
        })
      },
      'after a new release went live': () => town.publishes('echo', echo.url, { description: 'Other words.' }),
    }
    const cold: string[] = []
    const seen: Record<string, readonly string[]> = {}
    const wanted: Record<string, readonly string[]> = {}

    for (const [circumstance, enter] of Object.entries(circumstances)) {
      await enter()
      // What goes out to people about it, off the call, is not what is counted.
      await expect.poll(() => firstDue(town), { timeout: 30_000 }).toBeUndefined()
      for (const [token, { mcp }] of Object.entries(assistants)) {
        const session = await mcp.legacy()
        const eras = {
          modern: (name: string, args: object): Promise<Told> => mcp.call(name, args),
          legacy: (name: string, args: object): Promise<Told> => session.call(name, args),
        }
        for (const [era, call] of Object.entries(eras))
          for (const [tool, args] of [
            ['echo_echo', { text: 'hello' }],
            ['keyed_echo', { text: 'hello' }],
            ['notes_read_notes', {}],
          ] as const) {
            const warming = await call(tool, args)
            expect(outcomeOf(warming), JSON.stringify(warming.body)).toBe('sent')
            // When a token was used is written once a minute, off the call.
            await app.rooms.authorization.close()
            cold.push(...heard.take())
            for (let i = 0; i < CALLS; i++) await call(tool, args)
            const name = `${tool} with ${token}, ${era}, ${circumstance}`
            seen[name] = heard.take()
            wanted[name] = Array.from({ length: CALLS }, () => [...intent, ...outcome]).flat()
          }
      }
    }

    expect(seen).toEqual(wanted)
    expect(Object.keys(seen)).toHaveLength(36)
    // Otherwise reading would not be heard at all.
    expect(cold.filter((statement) => statement.startsWith('select')).length).toBeGreaterThan(10)
  }, 60_000)
})
