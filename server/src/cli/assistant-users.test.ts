import { writeFileSync } from 'node:fs'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { handfast, temporaryFolder } from '../../test/command.ts'

describe('handfast assistant users', { timeout: 120_000 }, () => {
  it('says what an assistant may say about its users, as a platform file declares it, once, and takes it back', async () => {
    using folder = temporaryFolder()
    const settings = { HANDFAST_DATA: folder.in('data') }
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const users = { issuers: [{ issuer: 'https://heron.example', jwks: { keys: [await exportJWK(publicKey)] } }], ownUsersOnly: true }
    const registrations = [{ name: 'Heron', redirectUris: ['https://heron.example/callback'], secret: true, users }]
    const file = folder.in('platform.yaml')
    writeFileSync(file, stringify({ operator: { email: 'olga@example.org', name: 'Olga' }, registrations }))
    const secret = folder.in('users.yaml')
    writeFileSync(secret, stringify({ issuers: [{ issuer: 'https://heron.example', jwks: { keys: [await exportJWK(privateKey)] } }] }))

    const did = await handfast(['apply', '-f', file, '--json'], settings)
    const again = await handfast(['apply', '-f', file, '--json'], settings)
    const { items } = (await handfast(['assistant', 'list', '--json'], settings)).json() as { items: { id: string; users: string }[] }
    const id = items[0]?.id ?? ''
    const shown = await handfast(['assistant', 'users', id], settings)
    const wrong = await handfast(['assistant', 'users', id, '-f', secret], settings)
    const removed = await handfast(['assistant', 'users', id, '--remove'], settings)
    const after = await handfast(['assistant', 'users', id, '--json'], settings)

    expect(did.json()['changes']).toContain('say what Heron may say about users of its own')
    expect(again.json()).toMatchObject({ changes: [] })
    expect(items).toMatchObject([{ users: 'own-only' }])
    expect(shown.out).toContain('https://heron.example (assistant; ES256, RS256; keys given here)')
    expect([wrong.code === 0, wrong.err.includes('public keys only')]).toEqual([false, true])
    expect([removed.code, after.json()]).toEqual([0, { rule: null }])
  })
})
