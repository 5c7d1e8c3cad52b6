import { describe, expect, it } from 'vitest'
import { type AllowRule, createEgress } from './index.ts'

async function explain(allow: readonly AllowRule[], url: string, given?: readonly string[]) {
  await using egress = createEgress({ allow, resolve: async () => Promise.reject(new Error('no name server in this test')) })
  return egress.explain(url, given)
}

describe('An allow rule', () => {
  const range: AllowRule = { name: 'office', host: '10.1.0.0/16' }
  const named: AllowRule = { name: 'intranet', host: 'api.internal', ports: [443, 8080] }

  it('by range opens exactly the addresses inside it, in every notation, by http and https', async () => {
    for (const url of ['https://10.1.0.0/', 'http://10.1.255.255:8080/', 'http://167837697/', 'https://[::ffff:10.1.2.3]/']) {
      expect(await explain([range], url)).toMatchObject({ allowed: true, rule: 'allow-list: office' })
    }
    for (const url of [
      'https://10.0.255.255/',
      'https://10.2.0.0/',
      'https://[::10.1.2.3]/',
      'https://[64:ff9b::10.1.2.3]/',
      'https://[2002:a01:203::1]/',
    ]) {
      expect(await explain([range], url)).toMatchObject({ allowed: false, code: 'egress/address-not-public' })
    }
  })

  it('by range holds for names that resolve into it, and one answer outside condemns the rest', async () => {
    expect(await explain([range], 'http://wiki.example/', ['10.1.0.5'])).toMatchObject({ allowed: true, rule: 'allow-list: office' })
    expect(await explain([range], 'https://wiki.example/', ['10.1.0.5', '10.2.0.5'])).toMatchObject({
      allowed: false,
      code: 'egress/address-not-public',
    })
  })

  it('by name opens that name only, with or without a trailing dot, in any case', async () => {
    for (const url of ['https://api.internal/', 'http://API.Internal:8080/', 'https://api.internal./']) {
      expect(await explain([named], url, ['10.9.9.9', '127.0.0.1'])).toMatchObject({ allowed: true, rule: 'allow-list: intranet' })
    }
    for (const url of ['https://x.api.internal/', 'https://api.internal.example/', 'https://10.9.9.9/']) {
      expect(await explain([named], url, ['10.9.9.9'])).toMatchObject({ allowed: false, code: 'egress/address-not-public' })
    }
  })

  it('by name never reaches metadata services, so that the name cannot be turned against the operator', async () => {
    for (const address of ['169.254.169.254', 'fe80::1', '168.63.129.16', '0.0.0.0', '224.0.0.1', '::ffff:169.254.169.254']) {
      expect(await explain([named], 'https://api.internal/', [address])).toMatchObject({ allowed: false, code: 'egress/address-not-public' })
    }
  })

  it('opens its ports only, and without ports everything but the ports of other protocols', async () => {
    expect(await explain([named], 'https://api.internal:9000/', ['10.9.9.9'])).toMatchObject({ allowed: false, code: 'egress/address-not-public' })
    expect(await explain([range], 'https://10.1.0.1:9000/')).toMatchObject({ allowed: true })
    expect(await explain([range], 'https://10.1.0.1:22/')).toMatchObject({ allowed: false, code: 'egress/address-not-public' })
    expect(await explain([{ ...range, ports: [22] }], 'https://10.1.0.1:22/')).toMatchObject({ allowed: true })
  })

  it.each([
    ['*.internal', undefined],
    ['10.1.0.0/33', undefined],
    ['10.1.0.0/', undefined],
    ['10.1/16', undefined],
    ['127.1', undefined],
    ['api.internal:443', undefined],
    ['https://api.internal', undefined],
    ['user@api.internal', undefined],
    ['', undefined],
    ['::ffff:10.0.0.0/104', undefined],
    ['api.internal', [0]],
    ['api.internal', [70_000]],
  ])('that makes no sense is refused at start: %s %s', (host, ports) => {
    expect(() => createEgress({ allow: [{ name: 'odd', host, ...(ports === undefined ? {} : { ports }) }] })).toThrow(RangeError)
  })
})

describe('Without a rule', () => {
  it('https to a public address is allowed, http is not, and other schemes never', async () => {
    expect(await explain([], 'https://shop.example/', ['93.184.216.34'])).toEqual({ allowed: true, rule: 'public', addresses: ['93.184.216.34'] })
    expect(await explain([], 'http://shop.example/', ['93.184.216.34'])).toMatchObject({ allowed: false, code: 'egress/scheme' })
    expect(await explain([], 'http://93.184.216.34/')).toMatchObject({ allowed: false, code: 'egress/scheme' })
    for (const url of [
      'file:///etc/passwd',
      'ftp://shop.example/',
      'javascript:alert(1)',
      'data:,x',
      'unix:/var/run/docker.sock',
      'gopher://x/',
      'blob:https://a/b',
    ]) {
      expect(await explain([], url)).toMatchObject({ allowed: false, code: 'egress/scheme' })
    }
  })

  it('one private answer among public ones is a no', async () => {
    expect(await explain([], 'https://shop.example/', ['93.184.216.34', '10.0.0.1'])).toMatchObject({
      allowed: false,
      code: 'egress/address-not-public',
    })
    expect(await explain([], 'https://shop.example/', [])).toMatchObject({ allowed: false, code: 'egress/name-not-found' })
    expect(await explain([], 'https://shop.example/', ['nonsense'])).toMatchObject({ allowed: false, code: 'egress/address-not-public' })
  })

  it('addresses with credentials inside, on ports of other protocols, or that cannot be read are refused', async () => {
    expect(await explain([], 'https://me:secret@shop.example/', ['93.184.216.34'])).toMatchObject({ allowed: false, code: 'egress/malformed' })
    expect(await explain([], 'https://shop.example:25/', ['93.184.216.34'])).toMatchObject({ allowed: false, code: 'egress/port' })
    expect(await explain([], 'shop.example')).toMatchObject({ allowed: false, code: 'egress/malformed' })
  })

  it('a literal is judged as itself, whatever addresses are given for it', async () => {
    expect(await explain([], 'https://10.0.0.1/', ['93.184.216.34'])).toMatchObject({ allowed: false, addresses: ['10.0.0.1'] })
  })
})
