import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const repository: string = fileURLToPath(new URL('..', import.meta.url))

/** One thing that has to hold for the repository, besides its tests. */
export type Step = { readonly name: string; readonly run: () => Promise<boolean> }

/**
 * Runs a program of the installed packages under the Node that runs us, and shows what it prints.
 * @param program path below node_modules
 * @returns how it ended; 128 where a signal ended it
 */
export function runTool(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  return runNode([`${repository}node_modules/${program}`, ...args], environment)
}

/** Runs Node with these arguments in the repository. @returns how it ended */
export function runNode(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { cwd: repository, stdio: 'inherit', env: { ...process.env, ...environment } })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 128))
  })
}

/** Only what changed since the last time is looked at again. */
async function typesHold(project: string): Promise<boolean> {
  const known = `${repository}node_modules/.cache/types-of-${project === '.' ? 'all' : project}.tsbuildinfo`
  return (await runTool('typescript/bin/tsc', ['--noEmit', '-p', project, '--incremental', '--tsBuildInfoFile', known])) === 0
}

/** The steps that need no running server: types of both halves, and the rules of writing. */
export const checks: readonly Step[] = [
  { name: 'types', run: () => typesHold('.') },
  { name: 'types of the console', run: () => typesHold('console') },
  { name: 'rules of writing', run: async () => (await runTool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings'])) === 0 },
]

/** Runs every step, also after one that failed, so that one run tells everything. @returns the names of those that failed */
export async function runSteps(steps: readonly Step[]): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of steps) {
    const start = performance.now()
    const good = await run().catch((error: unknown) => {
      process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
      return false
    })
    if (!good) failed.push(name)
    process.stdout.write(`${good ? '✓' : '✗'} ${name} (${((performance.now() - start) / 1_000).toFixed(1)} s)\n`)
  }
  return failed
}
