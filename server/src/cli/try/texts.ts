import type { ClientConfiguration } from '@handfast/contract'
import { printable } from '../say.ts'
import type { Told } from './call-tool.ts'
import type { FirstCall } from './first-call.ts'
import type { TracedCall } from './ledger-trace.ts'

/** As much of an answer as helps to see that it is one. */
const MOST_CHARACTERS = 1_500
const MOST_LINES = 20

/** Ready to copy: nothing but the configuration stands on its lines. */
export function configurationText(configurations: readonly ClientConfiguration[]): string {
  return configurations.map(({ name, where, text }) => `\n${name}. ${where}\n\n${text}\n`).join('')
}

/** The first call, what came of it, and what the ledger has of it. */
export function callText(call: FirstCall | null, told: Told | null, trace: TracedCall | null): string {
  if (call === null || told === null) return 'No tool can be called without knowing what to say to it. Name one: --tool NAME --args JSON'
  const head = `Calling ${printable(call.tool.name)} ${printable(JSON.stringify(call.arguments))}`
  const state =
    trace === null ? '' : `  ${trace.state}${trace.durationMs === null ? '' : ` in ${Math.round(trace.durationMs)} ms`}, call ${trace.id}\n`
  const entries = (trace?.ledger ?? []).map(
    ({ event, digest, position }) => `  ledger  ${String(position ?? 'soon').padStart(5)}  ${event.padEnd(14)}  ${digest}\n`,
  )
  return `${head}\n${shortened(told.text)}\n${state}${entries.join('')}`
}

function shortened(text: string): string {
  const lines = text.slice(0, MOST_CHARACTERS).split('\n')
  const cut = text.length > MOST_CHARACTERS || lines.length > MOST_LINES
  return [...lines.slice(0, MOST_LINES), ...(cut ? ['…'] : [])].map((line) => `  | ${printable(line)}`).join('\n')
}
