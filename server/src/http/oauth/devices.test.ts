import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/databases.ts'
import { type Hall, openHall } from '../../../test/hall.ts'
import { Browser, Caller, here } from '../../../test/letting-in.ts'
import { MINUTE } from '../../lib/index.ts'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'

/** A device that has asked for its codes. */
async function device(hall: Hall) {
  const caller = await Caller.registers(hall.origin, { grant_types: ['authorization_code', 'refresh_token', DEVICE] })
  const parameters = { scope: 'connectors:read connectors:write', resource: caller.resource }
  const response = await oauth.deviceAuthorizationRequest(caller.server, caller.client, caller.auth, parameters, here)
  const codes = await oauth.processDeviceAuthorizationResponse(caller.server, caller.client, response)
  const asks = () => caller.posts({ grant_type: DEVICE, client_id: caller.client.client_id, device_code: codes.device_code })
  const alice = new Browser(hall.origin)
  await alice.signsIn('Alice')
  return { caller, codes, asks, alice }
}

describe.each(databases)('a device without a browser on $name', (kind) => {
  it('shows a code, waits, and gets its tokens when the person says yes (RFC 8628 3.2 to 3.5)', async () => {
    await using hall = await openHall(kind)
    const { caller, codes, asks, alice } = await device(hall)
    const waiting = await asks()

    const seen = await alice.asks('POST', '/device-authorizations/lookup', { userCode: ` ${codes.user_code.toLowerCase()} ` })
    const said = await alice.asks('POST', '/device-authorizations/decision', {
      userCode: codes.user_code,
      yes: true,
      scopes: ['connectors:read'],
      stay: true,
    })
    const given = await asks()
    const again = await asks()

    expect(codes.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect([codes.verification_uri, codes.verification_uri_complete, codes.expires_in]).toEqual([
      `${hall.origin}/device`,
      `${hall.origin}/device?user_code=${codes.user_code}`,
      600,
    ])
    expect([waiting.status, waiting.body.error]).toEqual([400, 'authorization_pending'])
    expect(seen.body).toMatchObject({ assistant: { name: 'Corvid' }, redirect: { kind: 'device' }, device: { address: '127.0.0.1' } })
    expect([said.status, given.status, given.body.scope]).toEqual([204, 200, 'connectors:read'])
    expect(given.body.refresh_token).toMatch(/^hfr_/)
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant'])
    await expect(hall.rooms.authorization.identify(given.body.access_token)).rejects.toMatchObject({ detail: { reason: 'revoked' } })
    expect(caller.resource).toBe(`${hall.origin}/mcp`)
  })

  it('hears a no (RFC 8628 3.5), and its code is good for one decision', async () => {
    await using hall = await openHall(kind)
    const { codes, asks, alice } = await device(hall)

    const no = await alice.asks('POST', '/device-authorizations/decision', { userCode: codes.user_code, yes: false })
    const yes = await alice.asks('POST', '/device-authorizations/decision', { userCode: codes.user_code, yes: true })

    expect([no.status, yes.status]).toEqual([204, 404])
    expect((await asks()).body.error).toBe('access_denied')
  })

  it('hears that ten minutes are over', async () => {
    await using hall = await openHall(kind)
    const { codes, asks, alice } = await device(hall)

    hall.rooms.clock.advance(10 * MINUTE + 1_000)

    expect((await asks()).body.error).toBe('expired_token')
    expect((await alice.asks('POST', '/device-authorizations/lookup', { userCode: codes.user_code })).status).toBe(404)
  })

  it('cannot be found by guessing: ten wrong codes in ten minutes are enough (RFC 8628 5.1)', async () => {
    await using hall = await openHall(kind)
    const { codes, alice } = await device(hall)
    const guesses = []
    for (let at = 0; at < 11; at++)
      guesses.push((await alice.asks('POST', '/device-authorizations/lookup', { userCode: `BBBB-CCC${'BCDFGHJKLMN'[at]}` })).status)

    const right = await alice.asks('POST', '/device-authorizations/lookup', { userCode: codes.user_code })

    expect(guesses).toEqual([...Array.from({ length: 10 }, () => 404), 429])
    expect(right.status).toBe(429)
  })

  it('gets nothing with the code of another client, and nothing with its user code', async () => {
    await using hall = await openHall(kind)
    const { caller, codes } = await device(hall)
    const thief = await Caller.registers(hall.origin, { client_name: 'Thief', grant_types: ['authorization_code', DEVICE] })

    const stolen = await thief.posts({ grant_type: DEVICE, client_id: thief.client.client_id, device_code: codes.device_code })
    const shown = await caller.posts({ grant_type: DEVICE, client_id: caller.client.client_id, device_code: codes.user_code })

    expect([stolen.body.error, shown.body.error]).toEqual(['invalid_grant', 'invalid_grant'])
  })

  it('is one of those that said so at registration', async () => {
    await using hall = await openHall(kind)
    const caller = await Caller.registers(hall.origin)

    const answer = await fetch(`${hall.origin}/oauth/device-authorization`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: caller.client.client_id }),
    })

    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, 'invalid_request'])
  })
})
