import { loadSettings } from '../config/index.ts'
import { createEgress, type Egress } from '../egress/index.ts'
import { Refusal } from '../lib/index.ts'

/** The one way out, as the settings open it. @throws SettingsError */
export function openEgress(flags: Readonly<Record<string, unknown>>): Egress & AsyncDisposable {
  const { allowInternal, dangerouslyAllowPrivateAddresses } = loadSettings(flags)
  const allow = allowInternal.map(({ name, host, ports }) => (ports === undefined ? { name, host } : { name, host, ports }))
  return createEgress({ allow, dangerouslyAllowPrivateAddresses })
}

/** The other side answered with a status that is not success. */
export class StatusError extends Refusal {
  override readonly name = 'StatusError'
  readonly code = 'egress/unreachable'
  readonly status = 502
  readonly who = 'operator'
  constructor(url: string, status: number) {
    super(`${url} answered with status ${status}.`)
  }
}

/** Bytes by http or https; null where there is nothing. @throws Refusal */
export async function fetchBytes(url: string, flags: Readonly<Record<string, unknown>> = {}): Promise<Uint8Array | null> {
  await using egress = openEgress(flags)
  const answer = await egress.request({ url: new URL(url), method: 'GET', headers: {}, reason: 'review', origins: [new URL(url).origin] })
  if (answer.status === 404) return null
  if (answer.status !== 200) throw new StatusError(url, answer.status)
  return await answer.body.bytes()
}

/** Text by http or https. @throws Refusal */
export async function fetchText(url: string, flags: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const bytes = await fetchBytes(url, flags)
  if (bytes === null) throw new StatusError(url, 404)
  return Buffer.from(bytes).toString('utf8')
}
