/** An address on this machine that is opened by name, for exactly one port. */
export type OwnAddress = { readonly name: string; readonly host: string; readonly ports: readonly number[] }

/**
 * The rule that opens a server on the same machine, or null for any other place. Whoever runs the command runs that server too; other addresses
 * inside a network are opened by an operator on purpose, in the settings.
 */
export function ownAddress(url: string, name: string): OwnAddress | null {
  const parsed = URL.parse(url)
  if (parsed === null) return null
  const host = parsed.hostname.replace(/^\[|\]$/g, '')
  if (host !== 'localhost' && host !== '::1' && !/^127(?:\.\d{1,3}){3}$/.test(host)) return null
  const port = parsed.port === '' ? (parsed.protocol === 'https:' ? 443 : 80) : Number(parsed.port)
  return { name, host, ports: [port] }
}

/** How to say the same in the environment, for later starts. */
export function asSetting({ name, host, ports }: OwnAddress): string {
  return `HANDFAST_ALLOW_INTERNAL=${name}=${host.includes(':') ? `[${host}]` : host}:${ports[0]}`
}
