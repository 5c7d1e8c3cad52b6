import type { Egress } from '../egress/index.ts'
import { HEADER_SESSION } from '../protocol/mcp/index.ts'
import type { Exchanged, Exchanger, Outgoing } from './exchange.ts'
import { SseStream, STREAM_PREFIX } from './sse-stream.ts'
import { UpstreamBusyError, UpstreamNotUnderstoodError } from './upstream-errors.ts'
import type { Wire } from './wire.ts'

/** How a server that knows no POST at its address refuses one (2025-11-25 basic/transports, backwards compatibility). */
const NO_POST = new Set([400, 404, 405])
/** Each is an open connection. */
const MOST_STREAMS = 1_000
const LOST: Exchanged = { kind: 'refused', status: 404, text: 'The session is over.' }

/**
 * The wire with the transport of 2024 behind it: where a connector refuses a handshake by POST, a stream is tried, and stands for the session from then
 * on. A message for a stream that is over is refused as one for a lost session is, so that whoever sent it begins anew.
 */
export class SseLine implements Wire {
  readonly #exchanger: Exchanger
  readonly #egress: Egress
  readonly #streams = new Map<string, SseStream>()

  constructor(exchanger: Exchanger, egress: Egress) {
    this.#exchanger = exchanger
    this.#egress = egress
  }

  async post(out: Outgoing): Promise<Exchanged> {
    const session = out.headers[HEADER_SESSION]
    if (session?.startsWith(STREAM_PREFIX) === true) return (await this.#of(session, out)?.send(out)) ?? LOST
    const answer = await this.#exchanger.post(out)
    if (out.greets !== true || !refusesPost(answer)) return answer
    const stream = await this.#open(out)
    return stream === null ? answer : stream.send(out)
  }

  async resume(out: Outgoing, headers: Readonly<Record<string, string>>): Promise<Exchanged> {
    const session = headers[HEADER_SESSION]
    if (session?.startsWith(STREAM_PREFIX) !== true) return this.#exchanger.resume(out, headers)
    return (await this.#of(session, out)?.hear(out.listener ?? {}, out.signal)) ?? LOST
  }

  async end(session: Parameters<Wire['end']>[0]): Promise<void> {
    const id = session?.headers?.[HEADER_SESSION]
    const stream = id === undefined ? undefined : this.#streams.get(id)
    if (stream === undefined) return this.#exchanger.end(session)
    stream.close()
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close()
  }

  /** The stream of this session, for whoever it was opened for, while it takes requests. What it asked itself is still answered after that. */
  #of(session: string, out: Outgoing): SseStream | undefined {
    const stream = this.#streams.get(session)
    if (stream === undefined || stream.key !== out.route.key) return undefined
    return stream.takesMore || (out.id === undefined && stream.busy) ? stream : undefined
  }

  async #open(out: Outgoing): Promise<SseStream | null> {
    this.#makeRoom()
    try {
      const stream = await SseStream.open(this.#egress, this.#exchanger, out, ({ id }) => this.#streams.delete(id))
      // One that ended meanwhile has been forgotten already.
      if (stream.takesMore) this.#streams.set(stream.id, stream)
      return stream
    } catch (error) {
      if (error instanceof UpstreamNotUnderstoodError && 'status' in error.detail) return null
      throw error
    }
  }

  #makeRoom(): void {
    if (this.#streams.size < MOST_STREAMS) return
    const spare = [...this.#streams.values()].find(({ busy }) => !busy)
    if (spare === undefined) throw new UpstreamBusyError(1, {})
    spare.close()
    this.#streams.delete(spare.id)
  }
}

function refusesPost(answer: Exchanged): boolean {
  return (answer.kind === 'refused' || answer.kind === 'error') && NO_POST.has(answer.status)
}
