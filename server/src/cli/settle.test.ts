import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { collectGarbage } from './settle.ts'

it('lets go of what nobody holds, and leaves no way to do so behind', async () => {
  const held = { bytes: new Uint8Array(1_000) }
  const [kept, lost] = [new WeakRef(held), new WeakRef({ bytes: new Uint8Array(1_000) })]
  await setImmediate()

  collectGarbage()

  expect(kept.deref()).toBe(held)
  expect(lost.deref()).toBeUndefined()
  expect(globalThis).not.toHaveProperty('gc')
})
