import type { Command } from 'commander'
import { type Streams, table, tell } from './say.ts'

/** `handfast connector rules`: what the review looks for, in the order in which it looks. */
export function connectorRules(command: Command, streams: Streams): void {
  command
    .description('list the rules of the review: what each looks for, how grave it is, and what to do about it')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { rules } = await import('../review/index.ts')
      const items = rules.map(({ id, severity, clause, title, remedy, source, needs }) => ({
        id,
        severity,
        clause,
        title,
        remedy,
        ...(source === undefined ? {} : { source }),
        ...(needs === undefined ? {} : { needs }),
      }))
      const rows = rules.map(({ id, severity, clause, title, remedy }) => [id, severity, clause, title, remedy.who])
      tell(streams, json, { items }, `${table(['RULE', 'SEVERITY', 'CLAUSE', 'LOOKS FOR', 'MOVE'], rows)}\n${rules.length} rules\n`)
    })
}
