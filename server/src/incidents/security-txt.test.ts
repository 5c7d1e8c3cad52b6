import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { incidentRoomsOver } from '../../test/incidents.ts'
import { serve } from '../../test/loopback-server.ts'
import { proves } from '../../test/proves.ts'
import { openPublishing } from '../../test/publishing.ts'
import { DAY, newId } from '../lib/index.ts'
import { parseMasterKeys, Sealing } from '../sealing/index.ts'
import { judgeSecurityTxt, writeSecurityTxt } from './security-txt.ts'

proves('incidents/security-txt')

const URL_OF_IT = 'https://api.example/.well-known/security.txt'
const NOW = Date.parse('2026-11-29T00:00:00Z')

describe('a security.txt (RFC 9116)', () => {
  it('that we write is one that we take', () => {
    const ours = writeSecurityTxt({
      contacts: ['mailto:security@api.example'],
      policy: 'https://api.example/policy',
      origin: 'https://api.example',
      expires: NOW + 180 * DAY,
    })

    expect(judgeSecurityTxt(ours, URL_OF_IT, NOW)).toEqual({
      state: 'good',
      contacts: ['mailto:security@api.example'],
      expires: NOW + 180 * DAY,
      detail: null,
    })
  })

  it.each([
    ['names no contact (section 2.5.3)', 'Expires: 2027-01-01T00:00:00Z', 'unusable'],
    ['names a contact that is no address (section 2.5.3)', 'Contact: security@api.example\nExpires: 2027-01-01T00:00:00Z', 'unusable'],
    ['names one over plain http (section 2.5.3)', 'Contact: http://api.example\nExpires: 2027-01-01T00:00:00Z', 'unusable'],
    ['does not say when it expires (section 2.5.5)', 'Contact: https://api.example', 'unusable'],
    [
      'says twice when it expires (section 2.5.5)',
      'Contact: https://api.example\nExpires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z',
      'unusable',
    ],
    ['expires at no time', 'Contact: https://api.example\nExpires: next year', 'unusable'],
    ['has expired (section 2.5.5)', 'Contact: https://api.example\nExpires: 2026-11-28T00:00:00Z', 'expired'],
    [
      'belongs elsewhere (section 2.5.2)',
      'Contact: https://api.example\nExpires: 2027-01-01T00:00:00Z\nCanonical: https://other.example/.well-known/security.txt',
      'unusable',
    ],
    ['is a page', '<!doctype html><title>Contact: us</title>', 'unusable'],
  ])('that %s is %3$s', (_, text, state) => {
    expect(judgeSecurityTxt(text, URL_OF_IT, NOW).state).toBe(state)
  })

  it('may have comments, other line ends, names in any case, and a signature around it (sections 2.2 and 2.3)', () => {
    const text =
      '-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\n# hello\r\ncontact: https://api.example/report\r\nEXPIRES: 2027-01-01T00:00:00.000Z\r\n-----BEGIN PGP SIGNATURE-----\r\nContact: https://evil.example\r\n-----END PGP SIGNATURE-----'

    expect(judgeSecurityTxt(text, URL_OF_IT, NOW)).toMatchObject({ state: 'good', contacts: ['https://api.example/report'] })
  })

  it('is judged whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(['good', 'expired', 'unusable']).toContain(judgeSecurityTxt(text, URL_OF_IT, NOW).state)
      }),
    )
  })
})

describe.each(databases)('looking at the security.txt of a connector on $name', (kind) => {
  it('keeps what was found, also where there is nothing or something else', async () => {
    await using town = await openPublishing(kind)
    const sealing = new Sealing({ ...town, masterKeys: parseMasterKeys(Buffer.alloc(32, 7).toString('base64')) })
    const { securityTxt } = incidentRoomsOver(town, sealing)
    let say: readonly [number, string, string] = [200, 'text/plain; charset=utf-8', 'Contact: mailto:a@b.example\nExpires: 2027-01-01T00:00:00Z\n']
    await using server = await serve((_, response) => response.writeHead(say[0], { 'content-type': say[1] }).end(say[2]))
    const connector = newId('con')
    const look = () => securityTxt.look(town.workspace, connector, server.origin)

    const good = await look()
    say = [200, 'text/html', '<p>Contact: us']
    const page = await look()
    say = [200, 'text/plain', 'x'.repeat(100_000)]
    const large = await look()

    expect([good.state, page.state, large.state]).toEqual(['good', 'missing', 'missing'])
    expect(good).toMatchObject({ contacts: ['mailto:a@b.example'], expiresAt: Date.parse('2027-01-01T00:00:00Z') })
    expect(await securityTxt.last(town.workspace, connector)).toEqual(large)
  })
})
