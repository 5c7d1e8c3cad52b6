import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { write } from '../src/storage/index.ts'
import { databases, type TestDatabaseKind } from './databases.ts'
import { Town } from './town.ts'
import { hear, watchedLog } from './vigil.ts'

async function withSecret(kind: TestDatabaseKind) {
  const town = await Town.open(kind)
  const connector = await town.publishes('heron', 'https://heron.example/mcp', { credential: { type: 'bearer' } }).catch(() => undefined)
  const secret = randomBytes(18).toString('hex')
  const { workspace } = town.app
  await town.app.rooms.vault.put(
    { workspace, user: town.alice.user },
    connector ?? ('con_any' as never),
    secret,
    ['https://heron.example'],
    town.alice.user,
  )
  return { town, secret }
}

describe.each(databases)('the watch over every town of these tests, on $name', (kind) => {
  it('lets a town end in peace whose secrets stayed where they belong', async () => {
    const { town } = await withSecret(kind)

    await expect(town[Symbol.asyncDispose]()).resolves.toBeUndefined()
  })

  it('is not silent about a secret in a table, whatever column it stands in', async () => {
    const { town, secret } = await withSecret(kind)
    const { db } = town.app.storage
    await town.app.storage.write([write(db.updateTable('developers').set({ name: `Heron ${secret}` }))])

    await expect(town[Symbol.asyncDispose]()).rejects.toThrow('developers.name')
  })

  it.each([
    ['as it is', (secret: string) => secret],
    ['in base64', (secret: string) => Buffer.from(`Bearer ${secret}`).toString('base64')],
    ['in hexadecimal', (secret: string) => Buffer.from(secret).toString('hex')],
  ])('is not silent about one that was logged or answered %s', async (_, spelled) => {
    for (const say of [(text: string) => watchedLog().trace({ text }, 'something'), (text: string) => hear('GET /somewhere', text)]) {
      const { town, secret } = await withSecret(kind)
      say(spelled(secret))

      await expect(town[Symbol.asyncDispose]()).rejects.toThrow(/seen outside of it: (?:log|GET \/somewhere)/)
    }
  })
})
