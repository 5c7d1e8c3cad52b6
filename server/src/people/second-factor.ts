import type { Write } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import type { PeopleParts } from './parts.ts'
import { CodeNeededError, CodeWrongError } from './people-errors.ts'
import { isRecoveryCode, spendingRecoveryCode } from './recovery-codes.ts'
import { spendingTotp, totpSince } from './totp.ts'
import type { SignInMethod } from './web-sessions.ts'

/** What came after the password. The writes use the code up; they belong into the transaction of what it opens. */
export type AfterPassword = { readonly method: SignInMethod; readonly strong: boolean; readonly writes: readonly Write[] }

/**
 * Looks at what follows a right password: nothing where nothing is asked for, else a code of the authenticator app or a recovery code.
 * @throws CodeNeededError, CodeWrongError, TooManyAttemptsError
 */
export async function checkCode(parts: PeopleParts, account: UserAccount, given: string | undefined): Promise<AfterPassword> {
  const code = given?.trim() ?? ''
  if (code === '') {
    if ((await totpSince(parts, account)) !== null) throw new CodeNeededError()
    return { method: 'password', strong: false, writes: [] }
  }
  const counted = await parts.attempts.takeCode(account.id)
  if (isRecoveryCode(code)) {
    const spending = await spendingRecoveryCode(parts, account, code)
    if (spending === null) throw new CodeWrongError('wrong')
    return { method: 'password-and-recovery-code', strong: true, writes: [...spending, ...counted.settled] }
  }
  const spending = await spendingTotp(parts, account, code.replaceAll(/\s/g, ''))
  if (spending === null) throw new CodeWrongError('wrong')
  return { method: 'password-and-code', strong: true, writes: [spending, ...counted.settled] }
}
