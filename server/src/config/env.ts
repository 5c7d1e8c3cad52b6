/** The one place that looks at the environment. Everything else is handed its settings. */
export function readEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[0].startsWith('HANDFAST_')),
  )
}

/** One variable whose name the operator wrote down, such as where a key for a connector is. */
export function environmentValue(name: string): string | undefined {
  return process.env[name]
}
