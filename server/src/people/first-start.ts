import { roles } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { writeUnique } from '../storage/index.ts'
import { firstOperatorRoles, normalEmail } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { AlreadySetUpError, EmailTakenError } from './people-errors.ts'
import type { Source, StartedSession } from './web-sessions.ts'

/** Rows of `settings` that make something happen once, however many nodes start together. */
const WORKSPACE = 'people.workspace'
const SET_UP = 'people.set-up'

class MadeElsewhere extends Error {}

/** The workspace everything belongs to; made at the first start. Of nodes that start together, one makes it. */
export async function workspaceOf({ storage, clock }: PeopleParts): Promise<WorkspaceId> {
  const read = () => storage.db.selectFrom('settings').select('value').where('name', '=', WORKSPACE).executeTakeFirst()
  const kept = await read()
  if (kept !== undefined) return kept.value as WorkspaceId
  const now = clock.now()
  const id = newId('wsp', now)
  try {
    await storage.write([
      writeUnique(storage.db.insertInto('settings').values({ name: WORKSPACE, value: id }), () => new MadeElsewhere()),
      writeUnique(storage.db.insertInto('workspaces').values({ id, name: 'Home', created_at: now }), () => new MadeElsewhere()),
      record(storage.db, { event: 'workspace.created', workspace: id, subject: id, by: 'system', at: now }),
    ])
    return id
  } catch (error) {
    if (!(error instanceof MadeElsewhere)) throw error
    return (await read())?.value as WorkspaceId
  }
}

export async function isSetUp({ storage }: PeopleParts): Promise<boolean> {
  return (await storage.db.selectFrom('settings').select('name').where('name', '=', SET_UP).executeTakeFirst()) !== undefined
}

/**
 * The token of a one-time link for whoever becomes the first operator.
 * @throws AlreadySetUpError when there is one
 */
export async function makeWelcome(parts: PeopleParts, workspace: WorkspaceId): Promise<string> {
  if (await isSetUp(parts)) throw new AlreadySetUpError()
  const now = parts.clock.now()
  // The account gets its id now and its row when the link is opened.
  const link = parts.links.make({ user: newId('usr', now), workspace, purpose: 'welcome' }, 'system', now)
  await parts.storage.write(link.writes)
  return link.token
}

/**
 * The first operator opens the link, and is signed in. However many links were printed, exactly one becomes an account.
 * @throws LinkInvalidError, AlreadySetUpError, PasswordLengthError
 */
export async function welcomeOperator(
  { storage, clock, profile, links, passwords, sessions }: PeopleParts,
  given: { readonly token: string; readonly name: string; readonly email: string; readonly password: string },
  source: Source,
): Promise<StartedSession> {
  const link = await links.find(given.token, ['welcome'], clock.now())
  const hash = await passwords.hash(given.password)
  const now = clock.now()
  const { user, workspace }: { user: UserId; workspace: WorkspaceId } = link
  const held = firstOperatorRoles(profile, roles)
  const { writes, ...session } = sessions.begin(user, workspace, source, { method: 'link', strong: false }, now)
  await storage.write([
    writeUnique(storage.db.insertInto('settings').values({ name: SET_UP, value: user }), () => new AlreadySetUpError()),
    links.spend(link, now),
    writeUnique(
      storage.db.insertInto('users').values({
        id: user,
        workspace_id: workspace,
        email: normalEmail(given.email),
        name: given.name,
        password_hash: hash,
        roles: JSON.stringify(held),
        created_at: now,
        disabled_at: null,
        opened_at: now,
      }),
      () => new EmailTakenError(),
    ),
    record(storage.db, { event: 'user.created', workspace, subject: user, by: user, at: now, facts: { roles: held, through: 'welcome' } }),
    ...writes,
  ])
  return session
}
