import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { serve } from './loopback-server.ts'

/** What a token endpoint does with one request. */
export type Fate = { readonly delayMs: number; readonly how: 'answers' | 'dies-before' | 'dies-after' | 'fails' }

/**
 * A token endpoint that rotates refresh tokens as many providers do: each is good once, and for a repetition of the same request until its successor
 * is used (grace). Anything older ends the grant, as reuse detection does.
 */
export async function rotatingServer(fateOf: () => Fate, grace = true) {
  const state = { rotations: 0, requests: 0, ended: false, replies: 0, expiresIn: 100 as number | undefined }
  const server = await serve((_request, response, body) => {
    answer(new URLSearchParams(body).get('refresh_token') ?? '', response).catch(() => response.destroy())
  })

  async function answer(token: string, response: ServerResponse): Promise<void> {
    state.requests++
    const fate = fateOf()
    if (fate.delayMs > 0) await pause(fate.delayMs)
    if (fate.how === 'dies-before') return void response.destroy()
    if (fate.how === 'fails') return void response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>busy</h1>')
    const number = Number(token.replace('refresh-', ''))
    if (number === state.rotations && !state.ended) state.rotations++
    else if (!(grace && number === state.rotations - 1 && !state.ended)) {
      state.ended = true
      return void response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
    }
    const given = {
      access_token: `access-${state.rotations}`,
      token_type: 'Bearer',
      refresh_token: `refresh-${state.rotations}`,
      ...(state.expiresIn === undefined ? {} : { expires_in: state.expiresIn }),
    }
    if (fate.how === 'dies-after') return void response.destroy()
    state.replies++
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(given))
  }

  return Object.assign(state, {
    origin: server.origin,
    bodies: () => server.requests.map((request) => new URLSearchParams(request.body)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  })
}
