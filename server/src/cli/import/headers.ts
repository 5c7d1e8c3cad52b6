import type { CredentialPlacement } from '@handfast/contract'
import { pointer } from '../../lib/index.ts'
import type { Remark } from './draft.ts'

/** Headers that say nothing about who calls. */
const plain = /^(accept|accept-language|content-type|user-agent)$/i

/**
 * Where a key goes, by the headers that a configuration sends. The key itself is not taken over: a file that people pass around is no place for it, and
 * what stands in it was given to one person.
 * @param at steps to the headers in what is imported
 */
export function placementFrom(
  headers: Readonly<Record<string, string>>,
  at: readonly (string | number)[],
): { readonly placement: CredentialPlacement; readonly remarks: readonly Remark[] } {
  const telling = Object.entries(headers).filter(([name]) => !plain.test(name))
  const [first, ...others] = telling.toSorted(([a], [b]) => Number(/^authorization$/i.test(b)) - Number(/^authorization$/i.test(a)))
  if (first === undefined) return { placement: { type: 'none' }, remarks: [] }
  const [name, value] = first
  const placement: CredentialPlacement = /^authorization$/i.test(name)
    ? { type: /^basic\b/i.test(value) ? 'basic' : 'bearer' }
    : { type: 'header', name }
  const remarks: Remark[] = [
    {
      level: 'todo',
      pointer: pointer(...at, name),
      message: `The key in the header ${name} was not taken over. People give theirs on the connector's page; one for everybody: \`handfast connector key\`.`,
    },
  ]
  for (const [other] of others) {
    remarks.push({
      level: 'todo',
      pointer: pointer(...at, other),
      message: `A connector sends one key. The header ${other} is left out; where the server needs it, it cannot be used as it is.`,
    })
  }
  return { placement, remarks }
}
