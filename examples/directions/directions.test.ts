import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { distance, heading, shortestRoute } from './route.ts'
import { junctions, places, streets } from './town.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const file = new URL('openapi.json', import.meta.url)
type Answer = { readonly status: number; readonly body: Record<string, unknown> }

class Office implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'directions-'))
  #process: ChildProcess | undefined
  url = ''

  async open(...more: string[]): Promise<this> {
    const args = [main, '--port', '0', '--data', join(this.#folder, 'directions.sqlite'), ...more]
    this.#process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    if (this.#process.stdout === null) throw new Error('no standard output')
    const [line] = (await once(createInterface(this.#process.stdout), 'line')) as [string]
    this.url = line.replace('listening on ', '')
    return this
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
    const response = await fetch(`${this.url}${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...sent })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
  }

  rows(sql: string): unknown[] {
    const data = new Database(join(this.#folder, 'directions.sqlite'), { readonly: true })
    try {
      return data.prepare(sql).all()
    } finally {
      data.close()
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exited = once(child, 'exit') as Promise<[number | null]>
    child.kill(signal)
    return (await exited)[0]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

describe('distances in the town', () => {
  it('are those on the surface of the Earth', () => {
    const [paris, london] = [
      { lat: 48.8566, lon: 2.3522 },
      { lat: 51.5074, lon: -0.1278 },
    ]

    expect(distance(paris, london) / 1000).toBeCloseTo(343.6, 0)
    expect(distance(paris, paris)).toBe(0)
    expect([heading(paris, london), heading(london, paris)]).toEqual(['north-west', 'south-east'])
  })

  it('are never shorter by street than as the crow flies, and the same both ways', () => {
    for (const [from, start] of Object.entries(junctions)) {
      for (const [to, end] of Object.entries(junctions)) {
        const there = shortestRoute(from, to, 'foot')

        expect(there?.metres).toBeGreaterThanOrEqual(Math.round(distance(start, end)))
        expect(shortestRoute(to, from, 'foot')?.metres).toBe(there?.metres)
      }
    }
  })

  it('lead to every place, and every street is between junctions that exist', () => {
    for (const { junctions: along } of streets) for (const junction of along) expect(junctions).toHaveProperty(junction)
    for (const { junction } of places) {
      expect(shortestRoute('pier', junction, 'foot')).toBeDefined()
      expect(shortestRoute('pier', junction, 'bicycle')).toBeDefined()
    }
  })
})

describe('the directions API', () => {
  it('finds places by their words, with or without accents', async () => {
    await using office = await new Office().open()

    const cafes = await office.ask('GET', '/places?q=cafe')
    const one = await office.ask('GET', '/places?q=museum&limit=1')
    const place = await office.ask('GET', '/places/grey-heron')

    expect((cafes.body['places'] as { id: string }[]).map(({ id }) => id)).toEqual(['pier-cafe', 'hilltop-cafe'])
    expect(one.body).toMatchObject({ total: 2, places: [{ id: 'lock-house' }] })
    expect(place.body).toMatchObject({ name: 'The Grey Heron', position: { lat: 53.14211, lon: 0.35288 } })
  })

  it('finds the way, and keeps bicycles off the footpaths', async () => {
    await using office = await new Office().open()

    const foot = (await office.ask('GET', '/routes?from=chandlery&to=chapel')).body
    const bicycle = (await office.ask('GET', '/routes?from=chandlery&to=chapel&by=bicycle')).body

    expect(foot).toMatchObject({ by: 'foot', legs: [{ street: 'Chapel Steps', heading: 'north-west' }] })
    expect((bicycle['legs'] as { street: string }[]).map(({ street }) => street)).toEqual(['Rope Walk', 'High Street'])
    expect(Number(bicycle['metres'])).toBeGreaterThan(Number(foot['metres']))
  })

  it('saves, lists and deletes places, over a kill and a restart too', async () => {
    await using office = await new Office().open()
    const saved = await office.ask('POST', '/saved-places', { place: 'mill', label: 'work' }, { 'x-request-id': 'call-1' })
    await office.stop('SIGKILL')
    await office.open()

    const listed = await office.ask('GET', '/saved-places')
    const deleted = await office.ask('DELETE', `/saved-places/${saved.body['id']}`)
    const again = await office.ask('DELETE', `/saved-places/${saved.body['id']}`)

    expect(saved).toMatchObject({ status: 201, body: { place: 'mill', label: 'work', note: null } })
    expect(listed.body).toEqual({ saved: [saved.body] })
    expect([deleted.status, again.status]).toEqual([204, 404])
    expect(office.rows('select kind, request_id from effects')).toEqual([
      { kind: 'saved', request_id: 'call-1' },
      { kind: 'deleted', request_id: null },
    ])
    expect(office.rows('select method from requests order by id').map((row) => (row as { method: string }).method)).toEqual([
      ...['savePlace', 'listSavedPlaces', 'deleteSavedPlace', 'deleteSavedPlace'],
    ])
  })

  it('uses a label once, however many ask at the same time', async () => {
    await using office = await new Office().open()

    const answers = await Promise.all(Array.from({ length: 10 }, () => office.ask('POST', '/saved-places', { place: 'mill', label: 'work' })))

    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
  })

  it.each([
    ['GET', '/places?limit=0', undefined, 400, 'not-valid'],
    ['GET', '/places?colour=red', undefined, 400, 'not-valid'],
    ['GET', '/places/nowhere', undefined, 404, 'unknown-place'],
    ['GET', '/places/%E0%A4%A', undefined, 404, 'unknown-place'],
    ['GET', '/routes?from=mill', undefined, 400, 'not-valid'],
    ['POST', '/saved-places', { place: 'nowhere', label: 'a' }, 404, 'unknown-place'],
    ['POST', '/saved-places', { place: 'mill', label: '' }, 400, 'not-valid'],
    ['POST', '/saved-places', '{', 400, 'not-json'],
    ['POST', '/saved-places', { place: 'mill', label: 'a', note: 'x'.repeat(70_000) }, 413, 'too-large'],
    ['PUT', '/places', {}, 405, 'not-allowed'],
    ['GET', '/secrets', undefined, 404, 'not-found'],
  ])('refuses %s %s with words', async (method, path, body, status, code) => {
    await using office = await new Office().open()

    const answer = await office.ask(method, path, body)

    expect(answer).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } })
  })

  it('lets nobody in without the key it was started with, but anybody read its description', async () => {
    await using office = await new Office().open('--api-key', 'sesame')

    const answers = await Promise.all([
      office.ask('GET', '/places'),
      office.ask('GET', '/places', undefined, { 'x-api-key': 'sesam' }),
      office.ask('GET', '/places', undefined, { 'x-api-key': 'sesame' }),
      office.ask('GET', '/openapi.json'),
    ])

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 200, 200])
    expect(answers[3]?.body).toMatchObject({ servers: [{ url: office.url }], security: [{ key: [] }] })
  })

  it('describes every operation that it has, and no other', async () => {
    await using office = await new Office().open()
    const document = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, Record<string, { operationId: string }>> }
    const described = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ path, method })))

    const served = (await office.ask('GET', '/openapi.json')).body
    for (const { path, method } of described) {
      const filled = path.replace('{placeId}', 'mill').replace('{savedPlaceId}', 'none')
      await office.ask(method.toUpperCase(), filled, method === 'post' ? {} : undefined)
    }

    expect(served).toEqual({ ...document, servers: [{ url: office.url }], security: [] })
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
    expect(office.rows('select method from requests order by id')).toEqual(ids.map((method) => ({ method })))
    expect(ids).toHaveLength(6)
  })

  it('stops when asked to', async () => {
    await using office = await new Office().open()
    await office.ask('GET', '/places')

    expect(await office.stop()).toBe(0)
  })
})
