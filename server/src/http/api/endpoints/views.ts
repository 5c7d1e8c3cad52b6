import type { AccessToken, Account } from '@handfast/contract'
import type { TokenSummary } from '../../../authorization/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
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
    expiresAt: timeOrNull(token.expiresAt),
    lastUsedAt: timeOrNull(token.lastUsedAt),
    revokedAt: timeOrNull(token.revokedAt),
  }
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : rfc3339(ms)
}
