import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress } from './address.ts'
import { classifyAddress } from './classify.ts'

/** The kind of the address that a URL with this host would dial, or null when it is no URL or no address. */
function kindOf(host: string): string | null {
  const url = URL.parse(`https://${host}/`)
  const bytes = url === null ? null : parseAddress(url.hostname)
  return bytes === null ? null : classifyAddress(bytes).kind
}

const closed: Readonly<Record<string, readonly string[]>> = {
  'loopback in every notation': [
    ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '127.255.255.254', '127.0.0.1.'],
    ...['１２７.０.０.１', '127。0。0。1', '%31%32%37.0.0.1', '0x7F.0x0.0x0.0x1', '[::1]', '[0:0:0:0:0:0:0:1]', '[::0001]', '[0000::1]'],
  ],
  'private IPv4': [
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '3232235521',
    '0xa000001',
    '012.1',
    '100.64.0.1',
    '100.127.255.255',
  ],
  'metadata and link-local': [
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
  ],
  'reserved IPv4': [
    ...['0.0.0.0', '0', '0.1.2.3', '192.0.2.1', '198.51.100.7', '203.0.113.9', '198.18.0.1', '198.19.255.255', '192.88.99.1'],
    ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '4294967295'],
  ],
  'IPv4-mapped': ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::FFFF:10.0.0.1]', '[0:0:0:0:0:ffff:a9fe:a9fe]', '[::ffff:0:0]', '[::ffff:192.168.1.1]'],
  'IPv4-compatible': ['[::127.0.0.1]', '[::7f00:1]', '[::10.0.0.1]', '[::8.8.8.8]', '[::]'],
  'IPv4-translated': ['[::ffff:0:127.0.0.1]', '[::ffff:0:8.8.8.8]'],
  NAT64: [
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b::10.1.2.3]',
    '[64:ff9b:1::8.8.8.8]',
    '[64:ff9b:1:ffff::a00:1]',
    '[64:ff9b::1:808:808]',
  ],
  '6to4': ['[2002:7f00:1::]', '[2002:a9fe:a9fe::1]', '[2002:a00:1::1]', '[2002:808:808::1]'],
  Teredo: ['[2001::1]', '[2001:0:4136:e378:8000:63bf:3fff:fdd2]', '[2001:0:a00:1::f5ff:fffe]'],
  ISATAP: ['[2600:1234::5efe:10.0.0.1]', '[2600:1234::200:5efe:127.0.0.1]', '[fe80::5efe:192.168.0.1]', '[2a00:1::5efe:808:808]'],
  'special IPv6': [
    ...['[fc00::1]', '[fd00:ec2::254]', '[fdff:ffff::1]', '[fe80::1]', '[febf::1]', '[fec0::1]', '[ff02::1]', '[ff0e::1]'],
    ...[
      '[100::1]',
      '[2001:db8::1]',
      '[2001:2::1]',
      '[2001:20::1]',
      '[2001:10::1]',
      '[3fff::1]',
      '[5f00::1]',
      '[4000::1]',
      '[8000::1]',
      '[e000::1]',
      '[1::1]',
    ],
  ],
}

const open = [
  ...['8.8.8.8', '134744072', '1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.1'],
  ...[
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
  ],
  ...[
    '[2606:4700:4700::1111]',
    '[2001:4860:4860::8888]',
    '[2a00:1450:4001::1]',
    '[2003::1]',
    '[2001:200::1]',
    '[::ffff:8.8.8.8]',
    '[64:ff9b::8.8.8.8]',
  ],
]

describe('An address', () => {
  for (const [what, hosts] of Object.entries(closed)) {
    it.each(hosts)(`is closed as ${what}: %s`, (host) => {
      expect(kindOf(host)).not.toBeNull()
      expect(kindOf(host)).not.toBe('public')
    })
  }

  it.each(open)('is public: %s', (host) => {
    expect(kindOf(host)).toBe('public')
  })

  it.each(['localhost', 'example.com', '10.0.0.1.example.com', 'fe80::1%eth0', '', 'a', '127.0.0.1:80', '1.2.3', '010.0.0.1', '::1]'])(
    'is not what the strict reader finds in %j',
    (text) => {
      expect(parseAddress(text)).toBeNull()
    },
  )

  it('that embeds a private IPv4 address in IPv6 is closed, whatever the mechanism and the bits around it', () => {
    const privateV4 = fc.oneof(
      fc.tuple(fc.constant(10), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(127), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
    )
    const noise = fc.uint8Array({ minLength: 16, maxLength: 16 })
    const mechanism = fc.constantFrom('mapped', 'compatible', 'translated', 'nat64', 'nat64-local', '6to4', 'teredo', 'isatap', 'isatap-unique')

    fc.assert(
      fc.property(privateV4, noise, mechanism, (v4, bits, how) => {
        expect(classifyText(spell(embed(v4, bits, how)))).not.toBe('public')
      }),
    )
  })

  it('is public only inside the blocks that were given out for that', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 })

    fc.assert(
      fc.property(bytes, (address) => {
        if (classifyAddress([...address]).kind === 'public')
          expect((address[0] ?? 0) >> 5 === 1 || (address[0] === 0 && address[1] === 0x64)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

function classifyText(text: string): string {
  const url = new URL(`https://[${text}]/`)
  const bytes = parseAddress(url.hostname)
  return bytes === null ? 'none' : classifyAddress(bytes).kind
}

function embed(v4: readonly number[], noise: Uint8Array, how: string): number[] {
  const zeros = (n: number) => Array<number>(n).fill(0)
  const bits = [...noise]
  switch (how) {
    case 'mapped':
      return [...zeros(10), 0xff, 0xff, ...v4]
    case 'compatible':
      return [...zeros(12), ...v4]
    case 'translated':
      return [...zeros(8), 0xff, 0xff, 0, 0, ...v4]
    case 'nat64':
      return [0, 0x64, 0xff, 0x9b, ...zeros(8), ...v4]
    case 'nat64-local':
      return [0, 0x64, 0xff, 0x9b, 0, 1, ...bits.slice(0, 6), ...v4]
    case '6to4':
      return [0x20, 0x02, ...v4, ...bits.slice(0, 10)]
    case 'teredo':
      return [0x20, 0x01, 0, 0, ...bits.slice(0, 8), ...v4.map((byte) => byte ^ 0xff)]
    case 'isatap':
      return [...bits.slice(0, 8), 0, 0, 0x5e, 0xfe, ...v4]
    default:
      return [...bits.slice(0, 8), 2, 0, 0x5e, 0xfe, ...v4]
  }
}

function spell(bytes: readonly number[]): string {
  const groups: string[] = []
  for (let i = 0; i < 16; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16))
  return groups.join(':')
}
