import { randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { equalSecrets, isId, SECOND, type UserId } from '../lib/index.ts'
import type { Api, LocalCallers } from './api/index.ts'
import { createServer } from './create-server.ts'
import { serverOptions } from './edge.ts'
import { closeServer, listen } from './listen.ts'

export type ControlNeeds = {
  readonly api: Api
  readonly callers: LocalCallers
  /** What the command line has to know before it can act in somebody's name. */
  readonly about: () => Promise<Readonly<Record<string, unknown>>>
  /** Leaves a trace of a change that is about to be made in the name of an account. */
  readonly record: (user: UserId, method: string, path: string) => Promise<void>
}

/** Proxies add these. Whoever came through one is not at this machine. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'origin']

/**
 * The door of the command line: a port of its own on the loopback address, open to whoever holds a secret that is made at the start and lies in a
 * file that only this account reads. Such a person could read the database and the keys just as well; this way each change goes through the same
 * rules as any other and stands in the ledger.
 */
export class ControlDoor {
  readonly secret = randomBytes(32).toString('base64url')
  readonly #needs: ControlNeeds
  readonly #server: Server
  #host = ''

  constructor(needs: ControlNeeds) {
    this.#needs = needs
    this.#server = createServer(serverOptions, (req, res) => {
      this.#answer(req, res).catch(() => refuse(res, 500, 'request/fault', 'The request could not be recorded, so it was not carried out.'))
    })
  }

  /** @returns the address, with a port that the system chose */
  async open(): Promise<string> {
    this.#host = `127.0.0.1:${await listen(this.#server, '127.0.0.1', 0, 'nothing')}`
    return `http://${this.#host}`
  }

  close(): Promise<void> {
    return closeServer(this.#server, SECOND)
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { headers, method = 'GET', url = '/' } = req
    const given = /^Handfast-Local (\S{43})$/.exec(headers.authorization ?? '')?.[1] ?? ''
    const near = isLoopback(req.socket.remoteAddress) && headers.host === this.#host && FORWARDED.every((name) => headers[name] === undefined)
    if (!near || !equalSecrets(given, this.secret)) return refuse(res, 401, 'authorization/invalid', 'This door is for the command line.')
    // What follows must not take it for an assistant's token.
    delete headers.authorization
    delete headers.cookie
    if (url === '/about') return void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await this.#needs.about()))
    if (!url.startsWith('/api/v1/')) return refuse(res, 404, 'request/not-found', 'There is nothing at this address.')
    const user = headers['x-handfast-as']
    if (user !== undefined) {
      if (typeof user !== 'string' || !isId('usr', user)) return refuse(res, 400, 'request/invalid', 'The account to act for is not named by its id.')
      if (method !== 'GET') await this.#needs.record(user, method, url.split('?', 1)[0] ?? '')
      this.#needs.callers.vouch(req, user)
    }
    this.#needs.api.handle(req, res)
  }
}

function refuse(res: ServerResponse, status: number, code: string, message: string): void {
  if (res.headersSent) return void res.destroy()
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code, message, who: 'operator' } }))
}

function isLoopback(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::ffff:127.0.0.1' || address === '::1'
}
