import type { Command } from 'commander'

/** One command: its line in the list, and how to get it. What it does is loaded when it is asked for, so that `serve` starts fast. */
export type Listed = { readonly name: string; readonly summary: string; readonly load: () => Promise<Command> }

export const commands: readonly Listed[] = [{ name: 'serve', summary: 'run Handfast', load: async () => (await import('./serve.ts')).serveCommand() }]
