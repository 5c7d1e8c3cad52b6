import type { ListFigures } from './lists.ts'
import { memoryMiB, processTree } from './machine.ts'
import { medianOf, ratioOf, type Sample, withinRounds } from './ratios.ts'
import type { Ready } from './run.ts'

/** One row at one concurrency: medians over the rounds, errors summed. */
export type TargetFigures = {
  readonly name: string
  readonly concurrency: number
  readonly rps: number | null
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly cpuMsPerCall: number | null
  readonly rssMiB: number | null
  readonly pssMiB: number | null
  readonly commitMsPerCall: number | null
  readonly errors: number
  /** Answers that were parsed whole and compared with the text that was sent. */
  readonly checked: number
  readonly stolen: number | null
  readonly loadCores: number | null
}

/** Figures are rounded to four significant digits: more would only be noise. */
export function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4))
}

/** The medians of each row and concurrency, in the order of the table. */
export function figures(samples: readonly Sample[], names: readonly string[], concurrency: readonly number[]): TargetFigures[] {
  const found: TargetFigures[] = []
  for (const level of concurrency) {
    for (const name of names) {
      const cells = samples.filter((sample) => sample.name === name && sample.concurrency === level)
      if (cells.length === 0) continue
      const figure = (measure: Parameters<typeof medianOf>[3]) => rounded(medianOf(samples, name, level, measure))
      found.push({
        name,
        concurrency: level,
        rps: figure('rps'),
        p50Ms: figure('p50Ms'),
        p99Ms: figure('p99Ms'),
        cpuMsPerCall: figure('cpuMsPerCall'),
        rssMiB: figure('rssMiB'),
        pssMiB: figure('pssMiB'),
        commitMsPerCall: figure('commitMsPerCall'),
        errors: cells.reduce((sum, cell) => sum + cell.errors, 0),
        checked: cells.reduce((sum, cell) => sum + cell.checked, 0),
        stolen: figure('stolen'),
        loadCores: figure('loadCores'),
      })
    }
  }
  return found
}

/** The peer row that answered most calls at this concurrency. */
export function bestPeer(samples: readonly Sample[], peers: readonly string[], concurrency: number): string | null {
  const ranked = peers
    .map((name) => ({ name, rps: medianOf(samples, name, concurrency, 'rps') }))
    .filter((peer): peer is { name: string; rps: number } => peer.rps !== null && peer.rps > 0)
    .toSorted((a, b) => b.rps - a.rps)
  return ranked[0]?.name ?? null
}

/**
 * What the run says, by name; the number at the end of a name is the concurrency. Throughput unless the name says otherwise.
 * A ratio is null when one of its rows was not measured.
 */
export function ratios(samples: readonly Sample[], peers: readonly string[], concurrency: readonly number[]): Record<string, number | null> {
  const found: Record<string, number | null> = {}
  const add = (name: string, rows: readonly [string, string], level: number, measure: 'rps' | 'cpuMsPerCall' | 'p99Ms' = 'rps') => {
    found[`${name}${level}`] = rounded(ratioOf(samples, rows, level, measure))
  }
  for (const level of concurrency) {
    add('rawProxyToDirect', ['raw-proxy', 'direct'], level)
    add('governedModernToRawProxy', ['handfast-modern', 'raw-proxy'], level)
    add('governedLegacyToRawProxy', ['handfast-legacy', 'raw-proxy'], level)
    add('governedOpenApiToRawProxy', ['handfast-openapi', 'raw-proxy'], level)
    add('governedLegacyToModern', ['handfast-legacy', 'handfast-modern'], level)
    add('governedOpenApiToModern', ['handfast-openapi', 'handfast-modern'], level)
    add('governedToSdkGateway', ['handfast-modern', 'sdk-gateway'], level)
    const peer = bestPeer(samples, peers, level)
    found[`governedToBestPeer${level}`] = peer === null ? null : rounded(ratioOf(samples, ['handfast-modern', peer], level, 'rps'))
    add('cpuToRawProxy', ['handfast-modern', 'raw-proxy'], level, 'cpuMsPerCall')
    add('cpuLegacyToRawProxy', ['handfast-legacy', 'raw-proxy'], level, 'cpuMsPerCall')
    const added = (rows: readonly [string, string]) => rounded(withinRounds(samples, rows, level, 'p50Ms', (one, base) => one - base))
    found[`addedMedianMs${level}`] = added(['handfast-modern', 'direct'])
    found[`addedMedianOverRawProxyMs${level}`] = added(['handfast-modern', 'raw-proxy'])
    const commit = medianOf(samples, 'handfast-modern', level, 'commitMsPerCall')
    const whole = withinRounds(samples, ['handfast-modern', 'direct'], level, 'p50Ms', (one, base) => one - base)
    // Only at one connection does a call wait for its own commits alone; above, one commit serves many calls.
    if (level === 1) {
      found['commitMsPerCall1'] = rounded(commit)
      found['addedMedianLessCommitMs1'] = commit === null || whole === null ? null : rounded(whole - commit)
    }
  }
  return found
}

/** How lists grow: microseconds for each tool of the longest one, and how many times that of the one with a tenth of its tools. Linear is 1. */
export function listRatios(lists: readonly ListFigures[]): Record<string, number | null> {
  const perTool = (tools: number): number | null => {
    const found = lists.find((list) => list.tools === tools)
    return found === undefined ? null : (found.medianMs * 1000) / tools
  }
  const longest = Math.max(0, ...lists.map(({ tools }) => tools))
  const [all, tenth] = [perTool(longest), perTool(longest / 10)]
  return {
    listMicrosPerTool: rounded(all),
    listPerToolToTenth: all === null || tenth === null ? null : rounded(all / tenth),
  }
}

/** Resident memory of each server in MiB. Asked for before there is load, it is that of one at rest. */
export function residentMemory(ready: readonly Ready[]): Record<string, number | null> {
  const servers = new Map(ready.map(({ contestant, started }) => [contestant.name, processTree(started.process.pid, started.without)]))
  return Object.fromEntries([...servers].map(([name, pids]) => [name, rounded(memoryMiB(pids).rss)]))
}

/** The first answer of each row, from the start of its process. */
export function firstAnswers(ready: readonly Ready[]): Record<string, number | null> {
  return Object.fromEntries(ready.map((each) => [each.row.name, rounded(each.firstAnswerMs)]))
}
