import type { CredentialPlacement, ManifestInput } from '@handfast/contract'

const LONGEST_SLUG = 31

/** What is known about a source before it is a connector. */
export type Subject = {
  readonly kind: 'mcp' | 'openapi'
  readonly title: string | null
  readonly description: string | null
  /** Where calls will go. */
  readonly url: string
  readonly credential: CredentialPlacement
}

/** A short name from a title, or from the host where the title has no letters of the alphabet. */
export function slugFor(title: string | null, url: string): string {
  const clean = (text: string) =>
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}+/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+/, '')
      .slice(0, LONGEST_SLUG)
      .replace(/-+$/, '')
  const [named, hosted] = [clean(title ?? ''), clean(new URL(url).hostname.replace(/^(?:www|api)\./, ''))]
  return [named, hosted].find((candidate) => candidate.length >= 2) ?? 'my-api'
}

/** What its developer would declare, said for somebody who tries a server of their own or of a stranger: nothing is claimed that is not known. */
export function composeManifest({ kind, title, description, url, credential }: Subject, slug: string): ManifestInput {
  const name = (title ?? '').trim().slice(0, 60).trim() || slug
  const { host } = new URL(url)
  return {
    slug,
    name,
    kind,
    url,
    description: (description ?? '').trim().slice(0, 4_000).trim() || `${name}, at ${host}.`,
    receives: ['the arguments of each call'],
    privacyNotice:
      `${host} receives the arguments of each call that your assistant makes, and your key where it asks for one. Nobody but you has looked at ` +
      'what happens to them there: this connector was put together on this machine, from what the server says about itself. ' +
      'For who keeps what and for how long, see the privacy notice of whoever runs that server.',
    ownsApi: false,
    credential,
  }
}
