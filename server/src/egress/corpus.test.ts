import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { proves } from '../../test/proves.ts'
import { egressCommand } from '../cli/egress-explain.ts'
import { createEgress } from './index.ts'

proves('egress/one-way-out')

/** One labelled address, or chain of redirects, and what has to be decided about it by which rule. */
type Labelled = {
  readonly url: string
  /** What the name server answers. */
  readonly resolve?: readonly string[]
  /** `302 /next`: status and location of each answer. */
  readonly redirects?: readonly string[]
  readonly origins?: readonly string[]
  readonly allowed: boolean
  readonly rule: string
  readonly code?: string
}

const corpus = readFileSync(new URL('corpus.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Labelled)

const locations = (each: Labelled): readonly string[] => (each.redirects ?? []).map((step) => step.replace(/^\d+ /, ''))

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = 0
})

describe('The labelled corpus', () => {
  it('is large, and has addresses and redirects of both kinds', () => {
    const chains = corpus.filter((each) => each.redirects !== undefined)

    expect(corpus.length).toBeGreaterThanOrEqual(300)
    expect(chains.length).toBeGreaterThanOrEqual(60)
    expect(chains.filter((each) => each.allowed).length).toBeGreaterThanOrEqual(10)
  })

  it('agrees with what egress explains', async () => {
    await using egress = createEgress({ allow: [], resolve: async () => Promise.reject(new Error('no name server in this test')) })
    const wrong: unknown[] = []

    for (const each of corpus) {
      const { allowed, rule, code } = await egress.explain(each.url, {
        ...(each.resolve && { addresses: each.resolve }),
        redirects: locations(each),
        origins: each.origins ?? [],
      })
      if (allowed !== each.allowed || rule !== each.rule || code !== each.code) wrong.push({ ...each, said: { allowed, rule, code } })
    }

    expect(wrong).toEqual([])
  })

  it('agrees with the command `handfast egress explain`', async () => {
    const wrong: unknown[] = []

    for (const each of corpus) {
      const out: string[] = []
      const args = ['explain', '--json', ...(each.resolve === undefined ? [] : [`--resolve=${each.resolve.join(',')}`])]
      for (const origin of each.origins ?? []) args.push(`--origin=${origin}`)
      for (const location of locations(each)) args.push(`--redirect=${location}`)
      const say = (text: string) => void out.push(text)
      await egressCommand({ out: say, err: say }).parseAsync([...args, '--', each.url], { from: 'user' })
      const said = JSON.parse(out.join('')) as Labelled
      if (said.allowed !== each.allowed || said.rule !== each.rule || process.exitCode !== (each.allowed ? 0 : 1)) wrong.push({ ...each, said })
    }

    expect(wrong).toEqual([])
  })

  it('agrees with what is dialled: nothing where the answer is no', async () => {
    const dialled: string[] = []
    vi.spyOn(Socket.prototype, 'connect').mockImplementation(function connect(this: Socket, ...args: unknown[]) {
      const first = Array.isArray(args[0]) ? args[0][0] : args[0]
      dialled.push(String(first.host))
      queueMicrotask(() => this.destroy(Object.assign(new Error('no dialling in this test'), { code: 'ECONNREFUSED' })))
      return this
    } as Socket['connect'])
    const wrong: unknown[] = []

    for (const each of corpus.filter(({ redirects }) => redirects === undefined)) {
      await using egress = createEgress({ allow: [], resolve: async () => each.resolve ?? [] })
      dialled.length = 0
      const url = URL.parse(each.url)
      if (url !== null) await egress.request({ url, method: 'GET', headers: {}, reason: 'user-call' }).catch(() => {})
      if (dialled.length > 0 !== each.allowed) wrong.push({ ...each, dialled: [...dialled] })
    }

    expect(wrong).toEqual([])
  })
})
