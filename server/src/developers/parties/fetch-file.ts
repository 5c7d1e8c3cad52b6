import type { Egress } from '../../egress/index.ts'
import { ListInvalidError, MOST_LIST_BYTES, MOST_PART_BYTES } from './list-bounds.ts'

const LONGEST_MS = 10 * 60_000
const PIECE = MOST_PART_BYTES / 2

/**
 * Fetches a file of a list and hands it on in parts, so that it is never held whole.
 * @returns the day that its publisher changed it last, where it says so
 * @throws ListInvalidError, refusals of the way out
 */
export async function fetchFile(
  egress: Egress,
  file: string,
  address: string,
  signal: AbortSignal,
  put: (number: number, bytes: Uint8Array) => Promise<void>,
): Promise<string | null> {
  const url = URL.parse(address)
  if (url === null) throw new ListInvalidError(`the address of ${file} is none`)
  const limits = { totalMs: LONGEST_MS, maxBytes: MOST_LIST_BYTES }
  const answer = await egress.request({ url, method: 'GET', headers: { accept: '*/*' }, reason: 'review', origins: [url.origin], limits, signal })
  if (answer.status !== 200) {
    await answer.body.discard()
    throw new ListInvalidError(`the address of ${file} answers ${answer.status}`)
  }
  let number = 0
  let held: Uint8Array[] = []
  let size = 0
  const flush = async () => {
    if (size > 0) await put(number++, Buffer.concat(held))
    held = []
    size = 0
  }
  for await (const piece of answer.body)
    for (let from = 0; from < piece.length; from += PIECE) {
      const slice = piece.subarray(from, from + PIECE)
      if (size + slice.length > MOST_PART_BYTES) await flush()
      held.push(slice)
      size += slice.length
    }
  await flush()
  const changed = Date.parse(answer.headers['last-modified'] ?? '')
  return Number.isNaN(changed) ? null : new Date(changed).toISOString().slice(0, 10)
}
