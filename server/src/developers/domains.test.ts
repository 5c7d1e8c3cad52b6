import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { openPublishing } from '../../test/publishing.ts'
import { rounds } from '../../test/rounds.ts'
import type { Egress, EgressRequest } from '../egress/index.ts'
import { createEgress, UnreachableError } from '../egress/index.ts'
import { DAY } from '../lib/index.ts'
import { afterLook, asciiDomain, covers, type Domain, looksLikeAnother, MOST_FAILURES, stateOfDomain } from './domain.ts'
import { Domains } from './domains.ts'
import { DeveloperFindings } from './findings.ts'
import { proofText, proveDomain } from './prove-domain.ts'

proves('developers/domains', 'developers/findings')

/** A way out behind which stands what the test says. */
function wayOut(
  answers: (url: URL) => { readonly status: number; readonly type?: string; readonly text?: string } | Error,
  texts: () => readonly string[] = () => [],
) {
  const asked: EgressRequest[] = []
  const egress: Egress = {
    async request(request) {
      asked.push(request)
      const answer = answers(request.url)
      if (answer instanceof Error) throw answer
      const { status, type = 'text/plain', text = '' } = answer
      const bytes = Buffer.from(text)
      const body = {
        text: async () => text,
        bytes: async () => bytes,
        discard: async () => {},
        async *[Symbol.asyncIterator]() {
          yield bytes
        },
      }
      return { status, headers: { 'content-type': type }, url: request.url, body }
    },
    texts: async () => texts(),
    showTls: async () => null,
    explain: async () => ({ allowed: true, rule: 'test', addresses: [] }),
    close: async () => {},
  }
  return { egress, asked }
}

const never = new AbortController().signal
const token = 'a'.repeat(40)
const of = (domain: string) => ({ domain, token, method: null, lostAt: null })

describe('the proof of a domain', () => {
  it.each([
    ['a line of the file', { status: 200, text: `# ours\r\n${proofText(token)}\r\n` }, [], { method: 'file' }, 1],
    // It covers more than the file does, so it counts where both are there.
    ['the record', { status: 200, text: proofText(token) }, ['v=spf1 -all', proofText(token)], { method: 'dns' }, 0],
  ] as const)('is %s', async (_, answer, texts, proof, asks) => {
    const { egress, asked } = wayOut(
      () => answer,
      () => texts,
    )

    expect(await proveDomain(egress, of('api.example.com'), never)).toEqual(proof)
    const address = ['https://api.example.com/.well-known/handfast-verification.txt', 0]
    expect(asked.map(({ url, redirects }) => [url.href, redirects])).toEqual([address].slice(0, asks))
  })

  it.each([
    ['a page that answers everything', { status: 200, type: 'text/html', text: `<p>${proofText(token)}` }],
    ['a line that only contains it', { status: 200, text: `x${proofText(token)}` }],
    ['the token of somebody else', { status: 200, text: proofText('b'.repeat(40)) }],
    ['an answer that is no success', { status: 302, text: proofText(token) }],
  ])('is not %s', async (_, answer) => {
    const { egress } = wayOut(() => answer)

    expect(await proveDomain(egress, of('example.com'), never)).toMatchObject({ why: expect.any(String) })
  })

  it('is never looked for at private addresses, over redirects, or at other domains', async () => {
    await using egress = createEgress({
      allow: [],
      resolve: async () => ['10.0.0.7'],
      resolveTexts: async () => Promise.reject(Object.assign(new Error('none'), { code: 'ENODATA' })),
    })

    const proof = await proveDomain(egress, of('inside.example.com'), never)

    expect(proof).toMatchObject({ why: expect.stringContaining('egress/address-not-public') })
    expect(proof).toMatchObject({ why: expect.stringContaining('egress/name-not-found') })
  })
})

describe('a domain', () => {
  it.each([
    ['API.Example.com.', 'api.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
    ['localhost', undefined],
    ['127.0.0.1', undefined],
    ['0x7f.1', undefined],
    ['[::1]', undefined],
    ['example.com/evil', undefined],
    ['user@example.com', undefined],
    ['exa mple.com', undefined],
    ['example.com:443', undefined],
    ['a..example.com', undefined],
    [`${'a'.repeat(64)}.com`, undefined],
  ])('written %s is %s', (text, domain) => expect(asciiDomain(text)).toBe(domain))

  it('that mixes alphabets is seen through', () => {
    expect(looksLikeAnother(asciiDomain('pаypal.example') ?? '')).toBe(true)
    expect(looksLikeAnother(asciiDomain('пример.example') ?? '')).toBe(false)
    expect(looksLikeAnother('paypal.example')).toBe(false)
  })

  it('proven by a file covers its host; by a record all below it; neither a name that merely ends like it', () => {
    const by = (method: 'file' | 'dns') => (host: string) => covers({ domain: 'example.com', method }, host)

    expect(['example.com', 'Example.com.', 'api.example.com', 'evilexample.com', 'example.com.evil.net'].map(by('file'))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    expect(['example.com', 'api.example.com', 'evilexample.com', 'example.com.evil.net'].map(by('dns'))).toEqual([true, true, false, false])
  })

  it('counts from its first proof until it was missed three times in a row, whatever the order of looks', () => {
    const seen = fc.boolean()
    const fresh: Domain = {
      id: 'dom_1',
      developer: 'dev_1',
      domain: 'example.com',
      token,
      askedAt: 0,
      method: null,
      provenAt: null,
      checkedAt: null,
      failures: 0,
      failure: null,
      lostAt: null,
    }
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 40 }), (looks) => {
        let domain = fresh
        let missed = 0
        let everProven = false
        let lost = false
        for (const [at, found] of looks.entries()) {
          domain = afterLook(domain, found ? { method: 'file' } : { why: 'gone' }, at * DAY)
          missed = found ? 0 : missed + 1
          everProven ||= found
          lost = !found && (lost || (everProven && missed >= MOST_FAILURES))
          const expected = !everProven ? 'asked' : lost ? 'lost' : missed === 0 ? 'proven' : 'doubtful'
          expect(stateOfDomain(domain)).toBe(expected)
        }
      }),
      { seed: 7, numRuns: rounds(100_000) },
    )
  })
})

describe.each(databases)('domains of organisations on $name', (kind) => {
  /** A town whose developer named a domain, with what stands there and what its name server says. */
  async function namesDomain() {
    const town = await openPublishing(kind)
    const { workspace, developer, dora, clock, storage } = town
    const seen: { file: boolean; record: boolean | 'silent' } = { file: true, record: false }
    const record = () => {
      if (seen.record === 'silent') throw new UnreachableError('_handfast-verification.heron.example', 'name', false, new Error('SERVFAIL'))
      return seen.record ? [proofText(added.token)] : []
    }
    const { egress } = wayOut(() => (seen.file ? { status: 200, text: proofText(added.token) } : { status: 404 }), record)
    const parts = { ...town, profile: () => 'house' as const, publicUrl: () => 'https://connect.example' }
    const findings = new DeveloperFindings(parts)
    const domains = new Domains(parts, egress, findings)
    const added = await domains.add(workspace, developer, 'Heron.example', dora)
    const look = domains.handlers()['developers.look-at-domain']
    const looks = async () => {
      const open = await town.schedule.find({ workspace, kind: 'developers.look-at-domain', subject: added.id })
      if (open === undefined || look === undefined) throw new Error('nothing is due')
      clock.advance(Math.max(0, open.dueAt - clock.now()))
      const done = await look.work({ ...open, attempts: 1, now: clock.now(), signal: never })
      await storage.write([...(done?.writes ?? []), town.schedule.putting({ workspace, kind: open.kind, subject: added.id, dueAt: done?.next ?? 0 })])
    }
    const proves = () => domains.prove(workspace, developer, added.id, never)
    const covers = (host: string) => domains.covers(workspace, developer, host)
    const found = () => findings.list(workspace, { open: true, after: null, limit: 9 })
    const recorded = async () =>
      (await town.ledger()).flatMap(({ event, facts }) => (event.startsWith('domain.') ? [[event, facts['method']].join(' ').trim()] : []))
    return { ...town, seen, looks, proves, covers, found, recorded, [Symbol.asyncDispose]: () => town[Symbol.asyncDispose]() }
  }

  it('are proven, looked at again, lost with a finding and a notice, and found again', async () => {
    await using town = await namesDomain()
    const { seen, looks, proves, covers, found, recorded, storage, developer } = town
    expect(await covers('heron.example')).toBe(false)

    await proves()
    expect(await covers('heron.example')).toBe(true)
    seen.file = false
    for (let times = 1; times < MOST_FAILURES; times++) await looks()
    expect(await covers('heron.example')).toBe(true)
    await looks()

    expect(await covers('heron.example')).toBe(false)
    expect(await found()).toMatchObject([{ kind: 'domain-lost', about: 'heron.example', developer }])
    expect(await storage.db.selectFrom('notices').select(['kind', 'recipient']).where('kind', '=', 'developers.finding').execute()).toHaveLength(1)
    seen.file = true
    await looks()
    expect(await found()).toEqual([])
    expect(await covers('heron.example')).toBe(true)
    expect(await recorded()).toEqual(['domain.asked', 'domain.proven file', 'domain.lost', 'domain.proven file'])
  })

  it('say when they are proven in another way, and keep what the record covers while their name server fails', async () => {
    await using town = await namesDomain()
    const { seen, looks, proves, covers, found, recorded } = town
    await proves()
    seen.record = true
    await looks()
    expect(await covers('api.heron.example')).toBe(true)

    seen.record = 'silent'
    await looks()
    await expect(proves()).rejects.toMatchObject({ code: 'developers/domain-not-proven' })
    expect(await covers('api.heron.example')).toBe(true)
    seen.record = true
    await looks()
    seen.record = 'silent'
    for (let times = 0; times < MOST_FAILURES; times++) await looks()
    expect(await found()).toMatchObject([{ kind: 'domain-lost', about: 'heron.example' }])
    expect(await covers('heron.example')).toBe(false)
    // What is lost can be proven anew by the file.
    await proves()

    expect([await covers('heron.example'), await covers('api.heron.example')]).toEqual([true, false])
    seen.record = true
    await looks()
    seen.record = false
    await looks()
    expect(await covers('api.heron.example')).toBe(false)
    const ways = ['file', 'dns'].map((method) => `domain.proven ${method}`)
    expect(await recorded()).toEqual(['domain.asked', ...ways, 'domain.lost', ...ways, ways[0]])
  })
})
