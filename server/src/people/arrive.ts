import { roles } from '@handfast/contract'
import { record } from '../ledger/index.ts'
import { newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import { writeOne, writeUnique } from '../storage/index.ts'
import { normalEmail, normalRoles, type UserAccount } from './account.ts'
import { addingIdentity, ownerOf } from './identity-store.ts'
import type { PeopleParts } from './parts.ts'
import { AccountChangedError } from './people-errors.ts'
import { type Arrival, isWelcome, type SignInProvider } from './provider.ts'
import { NoAccountError } from './provider-errors.ts'

class MeanwhileError extends Error {}

/**
 * The account that somebody's arrival from a provider opens: the one that is linked to this issuer and subject; else, where the operator allows
 * it, one that was made here under the confirmed address; else a new one.
 * @throws NoAccountError
 */
export async function accountOfArrival(parts: PeopleParts, house: WorkspaceId, provider: SignInProvider, arrival: Arrival): Promise<UserAccount> {
  const { storage, accounts } = parts
  if (!isWelcome(provider, arrival.email)) throw new NoAccountError(provider.name, 'domain')
  const owner = await ownerOf(storage, arrival)
  if (owner !== null) {
    const account = await accounts.byId(owner.workspace, owner.id)
    if (account === null || account.disabledAt !== null) throw new NoAccountError(provider.name, 'disabled')
    return account
  }
  if (arrival.email === null) throw new NoAccountError(provider.name, 'not-confirmed')
  const email = normalEmail(arrival.email)
  const found = (await accounts.byEmail(email))?.account ?? null
  try {
    if (found !== null) return await linkByEmail(parts, provider, arrival, found)
    if (!provider.create) throw new NoAccountError(provider.name, 'unknown')
    return await createOnArrival(parts, house, provider, arrival, email)
  } catch (error) {
    if (!(error instanceof MeanwhileError)) throw error
    // Two tabs at once: the other one made the account.
    const made = await ownerOf(storage, arrival)
    const account = made === null ? null : await accounts.byId(made.workspace, made.id)
    if (account === null || account.disabledAt !== null) throw new NoAccountError(provider.name, 'address-taken')
    return account
  }
}

/** An address that the person wrote here themselves proves nothing: whoever wrote it may have waited for its owner to come. */
async function linkByEmail(parts: PeopleParts, provider: SignInProvider, arrival: Arrival, found: UserAccount): Promise<UserAccount> {
  if (found.disabledAt !== null) throw new NoAccountError(provider.name, 'disabled')
  if (!provider.linkByEmail || found.emailOwn) throw new NoAccountError(provider.name, 'address-taken')
  const { storage, clock } = parts
  const now = clock.now()
  await storage.write([
    addingIdentity(storage, found, provider, arrival, now),
    writeOne(
      storage.db
        .updateTable('users')
        .set({ opened_at: found.openedAt ?? now })
        .where('workspace_id', '=', found.workspace)
        .where('id', '=', found.id)
        .where('email', '=', found.email)
        .where('email_own', '=', 0)
        .where('disabled_at', 'is', null),
      () => new AccountChangedError(),
    ),
    record(storage.db, {
      event: 'identity.linked',
      workspace: found.workspace,
      subject: found.id,
      by: found.id,
      at: now,
      facts: { provider: provider.id, through: 'email' },
    }),
  ])
  return { ...found, openedAt: found.openedAt ?? now }
}

async function createOnArrival(
  { storage, clock }: PeopleParts,
  workspace: WorkspaceId,
  provider: SignInProvider,
  arrival: Arrival,
  email: string,
): Promise<UserAccount> {
  const now = clock.now()
  const id: UserId = newId('usr', now)
  const held = normalRoles(provider.roles, roles)
  const name = arrival.name ?? email.split('@')[0] ?? email
  await storage.write([
    writeUnique(
      storage.db.insertInto('users').values({
        id,
        workspace_id: workspace,
        email,
        name,
        password_hash: null,
        roles: JSON.stringify(held),
        created_at: now,
        disabled_at: null,
        opened_at: now,
      }),
      () => new MeanwhileError(),
    ),
    { ...addingIdentity(storage, { id, workspace }, provider, arrival, now), guard: { otherwise: () => new MeanwhileError() } },
    record(storage.db, {
      event: 'user.created',
      workspace,
      subject: id,
      by: id,
      at: now,
      facts: { roles: held, through: 'provider', provider: provider.id },
    }),
  ])
  return {
    id,
    workspace,
    name,
    email,
    roles: held,
    createdAt: now,
    hasPassword: false,
    openedAt: now,
    emailOwn: false,
    disabledAt: null,
    assertedBy: null,
  }
}
