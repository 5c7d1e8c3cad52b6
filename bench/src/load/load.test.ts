import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openCall, textOf } from '../calls.ts'
import { echoServer } from '../echo.ts'
import { type LoadResult, runLoad } from './load.ts'

const echo = echoServer({ extraBytes: 0, tools: 1 })

/** Loads a server on the loopback address with two connections for a moment. */
async function load(listener: RequestListener): Promise<LoadResult> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  const text = textOf(64)
  const form = await openCall({ url, era: 'modern', tool: 'echo', shape: 'text' }, text)
  try {
    return await runLoad({ form, concurrency: 2, durationMs: 60, text, added: '', shape: 'text', checkEvery: 2 })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Answers every request with what `say` makes of the correct answer. */
function answering(say: (correct: string, count: number) => string, type = 'application/json'): RequestListener {
  let count = 0
  return (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = say(JSON.stringify(echo(JSON.parse(Buffer.concat(chunks).toString()))), count++)
      response.writeHead(200, { 'content-type': type }).end(body)
    })
  }
}

describe('the load generator', () => {
  it('counts correct answers and compares a part of them whole', async () => {
    const result = await load(answering((correct) => correct))

    expect(result).toMatchObject({ errors: 0, problem: null })
    expect(result.answered).toBeGreaterThan(0)
    expect(result.checked).toBeGreaterThan(0)
  })

  it('understands answers that come as an event stream', async () => {
    const result = await load(answering((correct) => `: hello\n\nevent: message\ndata: ${correct}\n\n`, 'text/event-stream'))

    expect(result).toMatchObject({ errors: 0, problem: null })
    expect(result.checked).toBeGreaterThan(0)
  })

  it('does not count an answer that was kept from an earlier call', async () => {
    let first = ''
    const result = await load(
      answering((correct) => {
        first ||= correct
        return first
      }),
    )

    expect(result.answered).toBe(1)
    expect(result.errors).toBeGreaterThan(0)
    expect(result.problem).toContain('not the answer to this call')
  })

  it('finds an echo that was changed although id and word are right', async () => {
    const result = await load(answering((correct) => correct.replace('plain words', 'plain word')))

    expect(result.problem).toBe('the echo differs from what was sent')
  })

  it('finds an error that repeats the text', async () => {
    const result = await load(answering((correct) => correct.replace('"isError":false', '"isError":true')))

    expect(result.problem).toContain('the tool reports an error')
  })

  it('counts a refused call as an error and gives up on a target that only refuses', async () => {
    const result = await load((_, response) => response.writeHead(429).end('slow down'))

    expect(result.answered).toBe(0)
    expect(result.errors).toBeGreaterThan(0)
    expect(result.problem).toBe('status 429: slow down')
  })

  it('connects again when the target closes after each answer', async () => {
    const result = await load((request, response) => {
      response.setHeader('connection', 'close')
      answering((correct) => correct)(request, response)
    })

    expect(result.errors).toBe(0)
    expect(result.answered).toBeGreaterThan(0)
  })
})
