import type { Command } from 'commander'
import { printable, type Streams, table, tell, UsageError } from './say.ts'

type Flags = { readonly json?: boolean; readonly pack?: string }

/** What looks at the pack and at the code alone, without a running server. */
export function packCommands(command: Command, streams: Streams): void {
  command
    .command('coverage')
    .description('say for each clause what keeps it, which tests prove that, and what waits; needs no running server')
    .option('--pack <pack>', 'the pack to join with: default, house, or a file', 'default')
    .option('--json', 'print JSON')
    .action(async ({ json = false, pack = 'default' }: Flags) => {
      const [{ allControls, controlIds }, { coverageOf, loadPack, readProofs }] = await Promise.all([
        import('../assembly/index.ts'),
        import('../terms/index.ts'),
      ])
      const coverage = coverageOf(loadPack(pack, controlIds), allControls, readProofs())
      const rows = coverage.clauses.map(({ id, state, controls, tests }) => [
        id,
        state,
        controls.map((control) => control.id).join(' '),
        tests.length,
      ])
      const waits = coverage.clauses.filter(({ state }) => state === 'waiting').map(({ id, reason }) => `${id} waits: ${reason}\n`)
      const problems = coverage.problems.map((problem) => `${problem}\n`)
      const parts = [table(['CLAUSE', 'STATE', 'CONTROLS', 'TESTS'], rows), waits.join(''), problems.join('')]
      tell(streams, json, coverage, parts.filter((part) => part !== '').join('\n'))
      process.exitCode = coverage.problems.length === 0 ? 0 : 1
    })

  command
    .command('check-pack')
    .description('say all that is wrong with a terms pack, and where; needs no running server')
    .argument('<file>', 'YAML file of the pack')
    .option('--json', 'print JSON')
    .action(async (file: string, { json = false }: Flags) => {
      const [{ controlIds }, { readPack }, { readFileSync }] = await Promise.all([
        import('../assembly/index.ts'),
        import('../terms/index.ts'),
        import('node:fs'),
      ])
      let text: string
      try {
        text = readFileSync(file, 'utf8')
      } catch {
        throw new UsageError(`The file ${file} cannot be read.`)
      }
      const { pack, problems } = readPack(text, controlIds)
      const found = { file, usable: pack !== null, problems, documents: pack?.documents.map(({ document }) => document) ?? [] }
      const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${printable(message)}\n`)
      tell(streams, json, found, pack === null ? lines.join('') : `${file} can be used: ${found.documents.join(', ')}\n`)
      process.exitCode = pack === null ? 1 : 0
    })
}
