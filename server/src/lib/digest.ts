import { createHash, hash, timingSafeEqual } from 'node:crypto'

/** SHA-256 in lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex')
}

export function sha256Bytes(...parts: readonly (string | Uint8Array)[]): Buffer {
  const state = createHash('sha256')
  for (const part of parts) state.update(part)
  return state.digest()
}

/** Compares secrets without telling by its duration how much of them agrees. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(sha256Bytes(a), sha256Bytes(b))
}
