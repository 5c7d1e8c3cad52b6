import type { ClockView } from '@handfast/contract'
import { Command } from 'commander'
import { processStreams, type Streams, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }

const seconds: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 }

/** `+15d`, `+1d12h`, `+90m`: as seconds. Days are 24 hours. @throws UsageError */
export function readJump(text: string): number {
  const parts = [...text.matchAll(/(\d+)([dhms])/g)]
  const whole = `+${parts.map(([part]) => part).join('')}`
  if (parts.length === 0 || whole !== text)
    throw new UsageError(`"${text}" is not a jump of the clock. Say how far it moves on, such as +15d, +36h or +1d12h30m.`)
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (seconds[unit ?? ''] ?? 0), 0)
}

/** `handfast clock`: what time it is in Handfast, and moving that on where it runs for development. */
export function clockCommand(streams: Streams = processStreams): Command {
  const command = withPlace(new Command('clock')).option('--json', 'print JSON')
  return command
    .description('what time it is in Handfast; on a server for development, move it on')
    .argument('[jump]', 'how far it moves on, such as +15d, +36h or +1d12h30m; it never moves back')
    .action(async (jump: string | undefined, { json = false, ...flags }: Flags) => {
      const far = jump === undefined ? null : readJump(jump)
      const { House } = await import('./house.ts')
      await using house = await House.open(flags)
      if (far !== null && !house.served)
        throw new UsageError(
          'No server runs here, so there is no clock to move. Start one for development: HANDFAST_MOVABLE_CLOCK=true handfast serve',
        )
      const view = await (far === null
        ? house.ask<ClockView>('/api/v1/clock')
        : house.ask<ClockView>('/api/v1/clock', { method: 'POST', body: { seconds: far } }))
      tell(streams, json, view, `${view.now}${view.movable ? ', and can be moved' : ''}\n`)
    })
}
