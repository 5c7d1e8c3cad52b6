import type { ServerSpec } from './runner-file.ts'

/** The whole environment of a process: what its file names, PATH, a home of its own, and nothing else of the runner's. */
export function environmentOf(
  spec: ServerSpec,
  from: (name: string) => string | undefined,
  home: string,
  credential: string | null,
): Record<string, string> {
  const env: Record<string, string> = { PATH: from('PATH') ?? '/usr/local/bin:/usr/bin:/bin', HOME: home, TMPDIR: home }
  for (const name of spec.passEnv) {
    const value = from(name)
    if (value !== undefined) env[name] = value
  }
  Object.assign(env, spec.env)
  if (spec.credentialEnv !== undefined && credential !== null) env[spec.credentialEnv] = credential
  return env
}
