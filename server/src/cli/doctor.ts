import { Command } from 'commander'
import { printable, processStreams, type Streams, tell } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

/** `good`: as it should be. `note`: worth knowing. `wrong`: unsafe, or it will not work. */
export type State = 'good' | 'note' | 'wrong'
export type Checked = { readonly check: string; readonly state: State; readonly message: string; readonly fix?: string }

/** `handfast doctor`: looks at everything that has to be right, and says how to mend what is not. Ends with 1 where something is unsafe. */
export function doctorCommand(streams: Streams = processStreams): Command {
  return withPlace(new Command('doctor'))
    .description('look for what is unsafe or would not work, and say how to mend it')
    .option('--whole-ledger', 'verify every entry of the ledger, not only what was signed last')
    .option('--json', 'print JSON')
    .action(async ({ json = false, wholeLedger = false, ...flags }: PlaceFlags & { readonly json?: boolean; readonly wholeLedger?: boolean }) => {
      const { examine } = await import('./examine.ts')
      const checks = await examine(flags, wholeLedger)
      const healthy = checks.every(({ state }) => state !== 'wrong')
      tell(streams, json, { healthy, checks }, checks.map(lineOf).join(''))
      process.exitCode = healthy ? 0 : 1
    })
}

const marks: Readonly<Record<State, string>> = { good: 'good ', note: 'note ', wrong: 'WRONG' }

function lineOf({ check, state, message, fix }: Checked): string {
  return `${marks[state]}  ${check}: ${printable(message)}\n${fix === undefined ? '' : `       ${printable(fix)}\n`}`
}
