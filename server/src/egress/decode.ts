import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import { EncodingRefusedError } from './egress-errors.ts'

export type Encoding = 'gzip' | 'br' | 'deflate'

/** Where decoded bytes go. `push` may throw a refusal. */
export interface Sink {
  push(chunk: Buffer): void
  finish(): void
  stop(error: Error): void
  /** The decoder can take more input again. */
  drained(): void
}

/** A small body may expand as it likes; a larger one at most this much. Texts stay far below, bombs reach 1,000 and more. */
const MAX_RATIO = 200
const FREE = 1024 * 1024

/**
 * The one encoding of a body, or null when it has none (RFC 9110 section 8.4).
 * @throws EncodingRefusedError for anything else, chains of encodings included: each layer multiplies what a bomb costs
 */
export function encodingOf(header: string | undefined): Encoding | null {
  if (header === undefined || header === '') return null
  const name = header.trim().toLowerCase()
  if (name === 'identity' || name === '') return null
  if (name === 'gzip' || name === 'x-gzip') return 'gzip'
  if (name === 'br' || name === 'deflate') return name
  throw new EncodingRefusedError(name.includes(',') ? 'more than one encoding' : 'an unknown encoding')
}

/** Decodes as the bytes come, and stops when they expand too much. */
export class Decoder {
  readonly #encoding: Encoding
  readonly #sink: Sink
  #stream: Transform | null = null
  #taken = 0
  #given = 0

  constructor(encoding: Encoding, sink: Sink) {
    this.#encoding = encoding
    this.#sink = sink
  }

  /** False: wait for `drained` before writing more. */
  write(chunk: Buffer): boolean {
    this.#stream ??= this.#open(chunk)
    this.#taken += chunk.length
    return this.#stream.write(chunk)
  }

  end(): void {
    // An answer to HEAD names an encoding and has no body; there is nothing to decode then.
    if (this.#stream === null) this.#sink.finish()
    else this.#stream.end()
  }

  pause(): void {
    this.#stream?.pause()
  }

  resume(): void {
    this.#stream?.resume()
  }

  destroy(): void {
    this.#stream?.destroy()
  }

  #open(first: Buffer): Transform {
    const stream = openStream(this.#encoding, first)
    stream.on('data', (chunk: Buffer) => {
      this.#given += chunk.length
      try {
        if (this.#given > FREE && this.#given > this.#taken * MAX_RATIO)
          throw new EncodingRefusedError(`it expands more than ${MAX_RATIO} times`, { expands: true })
        this.#sink.push(chunk)
      } catch (error) {
        stream.destroy()
        this.#sink.stop(error instanceof Error ? error : new Error('the reader failed', { cause: error }))
      }
    })
    stream.on('drain', () => this.#sink.drained())
    stream.on('end', () => this.#sink.finish())
    stream.on('error', (error) => this.#sink.stop(new EncodingRefusedError('it is damaged', { cause: error })))
    return stream
  }
}

function openStream(encoding: Encoding, first: Buffer): Transform {
  if (encoding === 'gzip') return createGunzip()
  if (encoding === 'br') return createBrotliDecompress()
  // RFC 9110 section 8.4.1.2 asks for the zlib format; some servers send the bare stream. The first byte tells them apart.
  return ((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw()
}
