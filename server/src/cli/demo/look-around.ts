import { clientConfigurations } from '@handfast/contract'
import type { Told } from './stage.ts'

/** How each story ends, for whoever looks around afterwards. */
const ends: Readonly<Record<string, readonly [before: string, after: string]>> = {
  booking: ['The restaurant is open again, and everything stays up.', 'Ask the assistant for a table at The Grey Heron.'],
  contract: [
    'The connector is gone, and what is left of it stays up: its tombstone, its agreement, its history.',
    'Move the clock on with `handfast clock +1d`.',
  ],
}

/** What there is to do once the story has been told, for a terminal. */
export function lookAround({ people, token }: Told, url: string, story = 'booking'): string {
  const [before, after] = ends[story] ?? ['Everything stays up.', '']
  const widest = Math.max(...people.map(({ email }) => email.length))
  const rows = people.map(({ email, password, part }) => `  ${email.padEnd(widest)}  ${password}  ${part}\n`)
  const configurations = token === null ? [] : clientConfigurations(`${url}/mcp`, token)
  return [
    `\n${before} The console: ${url}\n`,
    `Sign in as one of the people of the story; the user sees the approvals:\n${rows.join('')}`,
    ...configurations
      .filter(({ id }) => id === 'claude-code' || id === 'json')
      .map(({ name, where, text }) => `\n${name}. ${where}\n${text.replaceAll(/^/gm, '  ')}\n`),
    `\n${after} Ctrl-C ends it all and deletes the data, unless --data kept it.\n`,
  ].join('')
}
