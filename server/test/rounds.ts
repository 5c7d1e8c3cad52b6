/** Least number of rounds that a race is run for, however small its share. */
const LEAST = 50

/**
 * How often to run something whose full size takes long: a share of it, and all of it where `HANDFAST_SOAK=1` asks for that.
 * @param full rounds of the full size
 * @param share rounds otherwise, a hundredth where nothing is said
 */
export function rounds(full: number, share = Math.max(LEAST, Math.ceil(full / 100))): number {
  return process.env['HANDFAST_SOAK'] === '1' ? full : Math.min(full, share)
}

/** Time that a test of so many rounds may take, in milliseconds. */
export function timeFor(count: number, msEach: number): number {
  return 30_000 + count * msEach
}

/** Numbers from 0 up to below 1 that are the same in every run with the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
