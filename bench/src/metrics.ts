/** What a histogram in the Prometheus text format has counted since its process started. */
export type Total = { readonly seconds: number; readonly count: number }

/** Sums a histogram over all its labels. Null when the text does not hold it. */
export function histogramTotal(text: string, name: string): Total | null {
  const sum = (suffix: string): number | null => {
    const lines = [...text.matchAll(new RegExp(`^${name}_${suffix}(?:\\{[^}]*\\})?[ \\t]+(\\S+)`, 'gm'))]
    return lines.length === 0 ? null : lines.reduce((total, line) => total + Number(line[1]), 0)
  }
  const seconds = sum('sum')
  const count = sum('count')
  return seconds === null || count === null ? null : { seconds, count }
}

/** Time spent committing so far, as the target reports it in `handfast_commit_seconds`. Null when it does not. */
export async function commitTotal(url: string | undefined): Promise<Total | null> {
  if (url === undefined) return null
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    return response.ok ? histogramTotal(await response.text(), 'handfast_commit_seconds') : null
  } catch {
    return null
  }
}
