/** One measured cell: one row, one concurrency, one round. */
export type Sample = {
  readonly name: string
  readonly concurrency: number
  readonly round: number
  readonly rps: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMsPerCall: number | null
  readonly rssMiB: number | null
  readonly pssMiB: number | null
  /** Time that calls of this cell waited for commits, in ms per call; null where the target does not tell. */
  readonly commitMsPerCall: number | null
  readonly errors: number
  readonly checked: number
  /** Share of the machine's time that the hypervisor gave to others. */
  readonly stolen: number
  /** Cores' worth of CPU that the load generator and the upstream used; null where it cannot be read. */
  readonly loadCores: number | null
}

type Measure = 'rps' | 'p50Ms' | 'p99Ms' | 'cpuMsPerCall' | 'rssMiB' | 'pssMiB' | 'commitMsPerCall' | 'stolen' | 'loadCores'

/** The middle value, or the mean of the two in the middle. Null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

/** The median over rounds of one measure of one row at one concurrency. Null when it was not measured. */
export function medianOf(samples: readonly Sample[], name: string, concurrency: number, measure: Measure): number | null {
  return median(
    samples
      .filter((sample) => sample.name === name && sample.concurrency === concurrency)
      .map((sample) => sample[measure])
      .filter((value): value is number => value !== null && Number.isFinite(value)),
  )
}

/**
 * Compares two rows round by round and gives the median of what came out: both sides of one comparison were measured within seconds of
 * each other, so a machine that slows down between rounds slows both. Null when no round has both.
 */
export function withinRounds(
  samples: readonly Sample[],
  [one, other]: readonly [string, string],
  concurrency: number,
  measure: Measure,
  compare: (one: number, other: number) => number,
): number | null {
  const cells = samples.filter((sample) => sample.concurrency === concurrency)
  const results: number[] = []
  for (const mine of cells.filter((sample) => sample.name === one)) {
    const value = mine[measure]
    const base = cells.find((sample) => sample.name === other && sample.round === mine.round)?.[measure]
    if (value === null || base === null || base === undefined) continue
    const result = compare(value, base)
    if (Number.isFinite(result)) results.push(result)
  }
  return median(results)
}

/** The median over rounds of how many times the base a row reaches. */
export function ratioOf(samples: readonly Sample[], rows: readonly [string, string], concurrency: number, measure: Measure): number | null {
  return withinRounds(samples, rows, concurrency, measure, (one, base) => one / base)
}
