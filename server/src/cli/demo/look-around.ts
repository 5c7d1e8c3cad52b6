import { clientConfigurations } from '@handfast/contract'
import type { Told } from './stage.ts'

/** What there is to do once the story has been told, for a terminal. */
export function lookAround({ people, token }: Told, url: string): string {
  const widest = Math.max(...people.map(({ email }) => email.length))
  const rows = people.map(({ email, password, part }) => `  ${email.padEnd(widest)}  ${password}  ${part}\n`)
  const configurations = token === null ? [] : clientConfigurations(`${url}/mcp`, token)
  return [
    `\nThe restaurant is open again, and everything stays up. The console: ${url}\n`,
    `Sign in as one of the people of the story; the user sees the approvals:\n${rows.join('')}`,
    ...configurations
      .filter(({ id }) => id === 'claude-code' || id === 'json')
      .map(({ name, where, text }) => `\n${name}. ${where}\n${text.replaceAll(/^/gm, '  ')}\n`),
    '\nAsk the assistant for a table at The Grey Heron. Ctrl-C ends it all and deletes the data, unless --data kept it.\n',
  ].join('')
}
