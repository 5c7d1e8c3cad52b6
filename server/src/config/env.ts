/** The one place that looks at the environment. Everything else is handed its settings. */
export function readEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[0].startsWith('HANDFAST_')),
  )
}
