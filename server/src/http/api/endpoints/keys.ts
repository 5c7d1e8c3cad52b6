import { masterKey, masterKeyInPath, masterKeys } from '@handfast/contract'
import { z } from 'zod'
import type { KeyNote, Keys } from '../../../keys/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { operator } from '../policy.ts'

export type KeyRooms = { readonly keys: Pick<Keys, 'list' | 'rotate' | 'forget' | 'trouble'> }

function view({ createdAt, currentAt, doneAt, ...key }: KeyNote) {
  const time = (at: number | null) => (at === null ? null : rfc3339(at))
  return { ...key, createdAt: rfc3339(createdAt), currentAt: time(currentAt), doneAt: time(doneAt) }
}

/** Master keys: which there are, and how another one takes over. The keys themselves are never part of an answer. */
export function keyEndpoints({ keys }: KeyRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/keys',
      summary: 'The master keys, what each still seals, and which node lacks one',
      policy: operator,
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: masterKeys,
      handle: async () => ({ items: (await keys.list()).map(view), trouble: keys.trouble }),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/keys/rotations',
      summary: 'Make a new master key; everything is wrapped anew while calls go on',
      policy: operator,
      ledger: 'key.created',
      input: z.strictObject({}),
      output: masterKey,
      status: 202,
      handle: async (_, { user }) => {
        const id = await keys.rotate(user)
        const made = (await keys.list()).find((key) => key.id === id)
        if (made === undefined) throw new Error('The new master key is not in the list.')
        return view(made)
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/keys/{id}',
      summary: 'Forget a master key that waits, or that nothing needs any more',
      policy: operator,
      ledger: 'key.forgotten',
      input: masterKeyInPath,
      output: z.void(),
      handle: async ({ id }, { user }) => keys.forget(id, user),
    }),
  ]
}
