import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TargetRefusedError } from '../protocol/openapi/index.ts'
import { openapiCommand } from './openapi-inspect.ts'

const GOOD = { openapi: '3.1.0', servers: [{ url: '/v1' }], paths: { '/boats': { get: { operationId: 'listBoats' } } } }
const MIXED = { ...GOOD, paths: { ...GOOD.paths, '/up': { post: { requestBody: { content: { 'multipart/mixed\u001b[2J': {} }, required: true } } } } }

async function run(
  args: readonly string[],
  fetchText: (url: string) => Promise<string> = () => Promise.reject(new Error('nothing is fetched here')),
) {
  let out = ''
  let errors = ''
  let code: number | undefined
  const command = openapiCommand({
    fetchText,
    write: (text) => {
      out += text
    },
    writeError: (text) => {
      errors += text
    },
    end: (given) => {
      code = given
    },
  })
  await command.parseAsync(['inspect', ...args], { from: 'user' })
  return { out, errors, code }
}

describe('handfast openapi inspect', () => {
  it('ends with 0 where every operation becomes a tool', async () => {
    const { out, code } = await run(['https://example.com/openapi.json', '--json'], async () => JSON.stringify(GOOD))

    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      servers: ['https://example.com/v1'],
      operations: [{ tool: 'listBoats', method: 'GET', path: '/boats', usable: true }],
    })
  })

  it('ends with 1 where one does not, and says why and where', async () => {
    const { out, code } = await run(['https://example.com/openapi.json', '--json'], async () => JSON.stringify(MIXED))

    expect(code).toBe(1)
    expect(JSON.parse(out).operations[1]).toMatchObject({
      usable: false,
      reason: expect.stringContaining('multipart'),
      pointer: expect.stringMatching(/requestBody\/content$/),
    })
  })

  it('reads a file, and prints a table that no terminal obeys', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'openapi.json')
    await writeFile(file, JSON.stringify(MIXED))

    const { out, code } = await run([file])

    expect(code).toBe(1)
    expect(out).toContain('1 of 2 operations become tools')
    expect(out).toMatch(/yes +listBoats +GET +\/boats/)
    expect(out).not.toContain('\u001b')
  })

  it('ends with 2 where there is no such file', async () => {
    const { errors, code } = await run(['/nowhere/openapi.json'])

    expect(code).toBe(2)
    expect(errors).toContain('does not exist')
  })

  it('ends with 1 where the document or its address is refused', async () => {
    const old = await run(['https://example.com/a', '--json'], async () => 'swagger: "1.2"')
    const inner = await run(['https://10.0.0.1/a'], () => Promise.reject(new TargetRefusedError('The address is not public.')))

    expect(old.code).toBe(1)
    expect(JSON.parse(old.out)).toMatchObject({ operations: [], error: { code: 'openapi/version', pointer: '/swagger' } })
    expect(inner).toEqual({ out: '', errors: 'The address is not public.\n', code: 1 })
  })

  it('lets a fault through as a fault', async () => {
    await expect(run(['https://example.com/a'])).rejects.toThrow('nothing is fetched here')
  })
})

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'handfast-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
