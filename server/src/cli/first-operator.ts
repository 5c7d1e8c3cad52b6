import { randomBytes } from 'node:crypto'
import type { CurrentSession, IssuedLink } from '@handfast/contract'
import type { House } from './house.ts'
import { UsageError } from './say.ts'

export type NewOperator = { readonly name: string; readonly email: string; readonly password?: string | undefined }

/**
 * Makes the first operator without a browser. Where no password is given, one that nobody knows is set, and a one-time link is returned with which
 * the person sets their own.
 * @throws UsageError when there is an operator already, ApiRefusedError
 */
export async function makeFirstOperator(
  house: House,
  { name, email, password }: NewOperator,
): Promise<{ readonly id: string; readonly link: string | null }> {
  const { welcome } = await house.about()
  if (welcome === null) throw new UsageError('The first operator exists already.')
  const body = { token: welcome, name, email, password: password ?? randomBytes(32).toString('base64url') }
  const { user } = await house.askOpenly<CurrentSession>('/api/v1/welcome', { method: 'POST', body })
  if (password !== undefined) return { id: user.id, link: null }
  const { link } = await house.ask<IssuedLink>(`/api/v1/users/${user.id}/link`, { method: 'POST', body: {}, as: user.id })
  return { id: user.id, link }
}
