import { sql } from 'kysely'
import { type Write, write, writeOne } from '../storage/index.ts'
import type { UserAccount } from './account.ts'
import { forgettingAssertions } from './asserted-users.ts'
import { forgettingIdentities } from './identity-store.ts'
import type { PeopleParts } from './parts.ts'
import { forgettingPasskeys } from './passkey-store.ts'
import { LastWayInError } from './people-errors.ts'
import { forgettingRecoveryCodes } from './recovery-codes.ts'
import { forgettingTotp } from './totp.ts'

type Owner = Pick<UserAccount, 'id' | 'workspace'>

/** Nothing that opens an account beside its password is left, for the transaction that erases or ends it. */
export function forgettingWaysIn({ storage }: Pick<PeopleParts, 'storage'>, owner: Owner): readonly Write[] {
  return [
    forgettingPasskeys(storage, owner),
    forgettingTotp({ storage }, owner),
    forgettingRecoveryCodes({ storage }, owner),
    forgettingIdentities(storage, owner),
    ...forgettingAssertions(storage, owner),
  ]
}

/**
 * Something that opens the account is left when one passkey or provider is gone. The person's row is taken first, so that of two removals at
 * once the second one sees what the first left.
 */
export function anotherWayIn({ storage: { db } }: PeopleParts, owner: Owner, without: string): readonly Write[] {
  const same = () =>
    db
      .updateTable('users')
      .set((eb) => ({ name: eb.ref('name') }))
      .where('workspace_id', '=', owner.workspace)
      .where('id', '=', owner.id)
  return [
    write(same()),
    writeOne(
      same().where((eb) => {
        const others = (table: 'passkeys' | 'provider_identities') =>
          eb.exists(eb.selectFrom(table).select(sql<number>`1`.as('one')).where('user_id', '=', owner.id).where('id', '<>', without))
        return eb.or([eb('password_hash', 'is not', null), others('passkeys'), others('provider_identities')])
      }),
      () => new LastWayInError(),
    ),
  ]
}
