/** The longest entry that a bundle can carry: its length is a 16-bit number (C2SP tlog-tiles, "Log entries"). */
export const MAX_ENTRY_BYTES = 0xffff

/** Entries one after another, each behind its length in bytes as a big-endian 16-bit number. */
export function entryBundle(bodies: readonly string[]): Buffer {
  const parts: Buffer[] = []
  for (const body of bodies) {
    const bytes = Buffer.from(body)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(bytes.length)
    parts.push(length, bytes)
  }
  return Buffer.concat(parts)
}
