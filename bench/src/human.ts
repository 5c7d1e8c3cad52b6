import type { ListFigures } from './lists.ts'
import type { TargetFigures } from './report.ts'
import type { Skipped } from './run.ts'

/** Columns side by side: the first to the left, the others to the right where they are numbers. */
function table(rows: readonly (readonly string[])[], numbers = true): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 || !numbers ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const shown = (value: number | null, digits: number): string => (value === null ? '-' : value.toFixed(digits))

/** The same for people. */
export function humanReport(report: {
  readonly conditions: object
  readonly targets: readonly TargetFigures[]
  readonly lists: readonly ListFigures[]
  readonly ratios: Readonly<Record<string, number | null>>
  readonly notes: Readonly<Record<string, string>>
  readonly skipped: readonly Skipped[]
  readonly failed: readonly string[]
}): string {
  const head = ['target', 'calls/s', 'p50 ms', 'p99 ms', 'CPU ms/call', 'RSS MiB', 'PSS MiB', 'load cores', 'errors', 'compared']
  const parts: string[] = []
  for (const level of new Set(report.targets.map((target) => target.concurrency))) {
    const rows = report.targets.filter((target) => target.concurrency === level)
    parts.push(
      `${level} connection${level === 1 ? '' : 's'}\n${table([
        head,
        ...rows.map((row) => [
          row.name,
          shown(row.rps, 0),
          shown(row.p50Ms, 2),
          shown(row.p99Ms, 2),
          shown(row.cpuMsPerCall, 3),
          shown(row.rssMiB, 0),
          shown(row.pssMiB, 0),
          shown(row.loadCores, 2),
          String(row.errors),
          String(row.checked),
        ]),
      ])}`,
    )
  }
  if (report.lists.length > 0) {
    const lists = report.lists.map(({ tools, pages, medianMs }) => [String(tools), String(pages), shown(medianMs, 2)])
    parts.push(`tools/list, one connector, all pages\n${table([['tools', 'pages', 'median ms'], ...lists])}`)
  }
  const measured = Object.entries(report.ratios).filter(([, value]) => value !== null)
  if (measured.length > 0)
    parts.push(`ratios (taken within a round, median over rounds)\n${table(measured.map(([name, value]) => [name, shown(value, 3)]))}`)
  parts.push(
    `what each server is\n${table(
      Object.entries(report.notes).map(([name, note]) => [name, note]),
      false,
    )}`,
  )
  for (const { name, reason } of report.skipped) parts.push(`not measured: ${name}: ${reason}`)
  for (const failure of report.failed) parts.push(`FAILED ${failure}`)
  parts.push(`conditions: ${JSON.stringify(report.conditions)}`)
  return `${parts.join('\n\n')}\n`
}
