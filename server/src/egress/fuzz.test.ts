import { BlockList, isIPv6, Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { rounds, seeded, timeFor } from '../../test/rounds.ts'
import { createEgress } from './index.ts'

/** What is inside, said a second time and by other means than the judge's: Node's own matcher over the registries of IANA. */
const inside = new BlockList()
for (const net of [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ...['192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
  ...['::/127', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10'],
  ...['fec0::/10', 'ff00::/8'],
]) {
  const [address = '', bits] = net.split('/')
  inside.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
}
// RFC 6052: the last 32 bits are the address that is reached.
for (const [v6, bits] of [
  ['64:ff9b::a00:0', 104],
  ['64:ff9b::7f00:0', 104],
  ['64:ff9b::a9fe:0', 112],
  ['64:ff9b::c0a8:0', 112],
  ['64:ff9b::ac10:0', 108],
  ['64:ff9b::', 104],
] as const)
  inside.addSubnet(v6, bits, 'ipv6')

type Random = () => number
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
const byte = (random: Random): number => Math.floor(random() * 256)

const innerV4 = ['127.0.0.1', '10.0.0.1', '192.168.1.1', '172.16.9.9', '169.254.169.254', '0.0.0.0', '100.100.100.200', '168.63.129.16', '224.0.0.1']
const innerV6 = ['::1', '::', 'fd00:ec2::254', 'fe80::1', 'ff02::1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:1::1', '::ffff:10.0.0.1', '::7f00:1']
const outer = ['93.184.216.34', '8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808']

/** One IPv4 address in one of the many ways to write it. */
function spellV4(random: Random, address: string): string {
  const bytes = address.split('.').map(Number)
  const base = (value: number): string =>
    pick(random, [String(value), `0x${value.toString(16)}`, `0${value.toString(8)}`, `0X${value.toString(16).toUpperCase()}`])
  const parts = pick(random, [4, 4, 4, 3, 2, 1])
  const head = bytes.slice(0, parts - 1).map(base)
  const tail = bytes.slice(parts - 1).reduce((sum, value) => sum * 256 + value, 0)
  const dot = pick(random, ['.', '.', '.', '。', '．', '｡', '%2e', '%E3%80%82'])
  const text = [...head, base(tail)].join(dot)
  return pick(random, [text, text, `${text}.`, wide(text), `${text}\u00ad`, escaped(random, text)])
}

const wide = (text: string): string => text.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
const escaped = (random: Random, text: string): string =>
  text.replaceAll(/[0-9]/g, (digit) => (random() < 0.5 ? digit : `%${digit.charCodeAt(0).toString(16)}`))

function host(random: Random): string {
  const v4 = random() < 0.7 ? pick(random, innerV4) : `${byte(random)}.${byte(random)}.${byte(random)}.${byte(random)}`
  const hex = (a: number, b: number): string => (a * 256 + b).toString(16)
  const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number)
  return pick(random, [
    () => spellV4(random, v4),
    () => spellV4(random, v4),
    () => `[${pick(random, innerV6)}]`,
    () =>
      `[${pick(random, ['::ffff:', '::', '64:ff9b::', '64:ff9b:1::', '::ffff:0:', '2600:1::5efe:', 'fe80::'])}${random() < 0.5 ? v4 : `${hex(a, b)}:${hex(c, d)}`}]`,
    () => `[2002:${hex(a, b)}:${hex(c, d)}::1]`,
    () => `[${Array.from({ length: 8 }, () => hex(byte(random), byte(random))).join(':')}]`,
    () => `[${pick(random, innerV6)}%25${pick(random, ['lo', '0', 'eth0'])}]`,
    () =>
      pick(random, [
        'localhost',
        'rebinding.example',
        'api.example.',
        `${v4}.nip.io`,
        'metadata.google.internal',
        'xn--bcher-kva.example',
        'ⓛⓞcalhost',
      ]),
    () => Array.from({ length: 1 + Math.floor(random() * 12) }, () => String.fromCodePoint(32 + Math.floor(random() * 95))).join(''),
  ])()
}

function url(random: Random): string {
  const scheme = pick(random, ['https', 'https', 'https', 'http', 'HTTPS', 'ftp', 'file', 'ws', 'gopher'])
  const slashes = pick(random, ['://', '://', '://', ':', ':/', ':\\\\', ':///'])
  const user = pick(random, ['', '', '', '', 'a@', 'api.example@', ':@', '@'])
  const port = pick(random, ['', '', '', ':443', ':80', ':22', ':0', ':8443', ':65536'])
  const path = pick(random, ['', '/', '/x', '\\@api.example/', '?@api.example', '#@api.example'])
  return `${scheme}${slashes}${user}${host(random)}${port}${path}`
}

afterEach(() => {
  vi.restoreAllMocks()
})

const COUNT = rounds(1_000_000)

describe('Fuzzed addresses', () => {
  it(
    `${COUNT} of them, over name servers that lie, dial nothing inside`,
    async () => {
      const random = seeded(Number(process.env['HANDFAST_SEED'] ?? 20_261_122))
      const dialled: string[] = []
      vi.spyOn(Socket.prototype, 'connect').mockImplementation(function connect(this: Socket, ...args: unknown[]) {
        const first = Array.isArray(args[0]) ? args[0][0] : args[0]
        dialled.push(String(first.path ?? first.host))
        queueMicrotask(() => this.destroy(Object.assign(new Error('no dialling in this test'), { code: 'ECONNREFUSED' })))
        return this
      } as Socket['connect'])
      const answers = (): readonly string[] =>
        Array.from({ length: Math.floor(random() * 4) }, () =>
          pick(random, random() < 0.6 ? outer : [...innerV4, ...innerV6, 'nonsense', 'fe80::1%lo']),
        )
      let now = 0
      await using egress = createEgress({ allow: [], resolve: async () => answers(), now: () => now })
      const wrong: unknown[] = []
      let asked = 0
      let away = 0

      for (let done = 0; done < COUNT; done += 100) {
        const batch = Array.from({ length: 100 }, () => url(random))
        // Verdicts run out between some of the batches, so that fresh and remembered ones are both met.
        now += pick(random, [0, 10, 25_000, 40_000])
        await Promise.allSettled(
          batch.map(async (text) => {
            const target = URL.parse(text)
            if (target === null) return
            asked++
            await egress.request({ url: target, method: 'GET', headers: {}, reason: 'user-call', limits: { totalMs: 2_000 } })
          }),
        )
        for (const address of dialled) {
          if (isInside(address)) wrong.push({ address, batch })
        }
        away += dialled.length
        dialled.length = 0
      }

      expect(wrong).toEqual([])
      expect(asked).toBeGreaterThan(COUNT / 4)
      // The gate is a gate: what is outside gets through.
      expect(away).toBeGreaterThan(COUNT / 100)
    },
    timeFor(COUNT, 1),
  )
})

/** A path is a Unix socket, and so inside. */
function isInside(address: string): boolean {
  if (address.includes('/')) return true
  return inside.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
