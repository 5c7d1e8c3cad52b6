import type { AccessToken, Account } from '@handfast/contract'
import type { TokenSummary } from '../../../authorization/index.ts'
import { rfc3339, rfc3339OrNull } from '../../../lib/index.ts'
import { stateOf, type UserAccount } from '../../../people/index.ts'

export function accountView(account: UserAccount): Account {
  return {
    id: account.id,
    name: account.name,
    email: account.email,
    roles: account.roles,
    state: stateOf(account),
    createdAt: rfc3339(account.createdAt),
    assertedBy: account.assertedBy,
  }
}

export function tokenView(token: TokenSummary): AccessToken {
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    assistant: token.assistant,
    createdAt: rfc3339(token.createdAt),
    expiresAt: rfc3339OrNull(token.expiresAt),
    lastUsedAt: rfc3339OrNull(token.lastUsedAt),
    revokedAt: rfc3339OrNull(token.revokedAt),
  }
}
