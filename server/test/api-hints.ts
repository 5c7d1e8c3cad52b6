import { attestationIds, type ManifestInput } from '@handfast/contract'
import { DAY } from '../src/lib/index.ts'
import { PASSWORD } from './house.ts'
import type { Hint } from './made-up.ts'
import type { Town } from './town.ts'

/** Finches want a key. */
export function manifestOf(slug: string, url: string, description = `What ${slug} does.`): ManifestInput {
  const credential = { type: slug.startsWith('finch') ? ('bearer' as const) : ('none' as const) }
  const privacyNotice = `${slug} receives what you say and keeps nothing of it.`
  return { slug, name: slug, kind: 'mcp', url, description, privacyNotice, receives: ['what you say'], credential }
}

/** What no schema says, in a town with a connector at this address. */
export function hintsFor({ clock }: Town, url: string): Record<string, Hint> {
  const inDays = (days: number) => new Date(clock.now() + days * DAY).toISOString()
  const before: Hint = () => inDays(-0.01)
  const after: Hint = (_, pick) => inDays(pick([1, 20, 45]))
  const some = Array.from({ length: 1_000 }, (_, index) => index)
  const ownKey: Hint = (_, pick) => `a key of a visitor, ${pick(some)}`
  return {
    ...{ secret: ownKey, key: ownKey, reviewerKey: ownKey },
    manifest: ([slug = 'egret']) => manifestOf(slug, url),
    password: () => PASSWORD,
    current: () => PASSWORD,
    email: (_, pick) => `p${pick(some)}@mail.invalid`,
    domain: (_, pick) => `d${pick(some)}.invalid`,
    redirectUris: (_, pick) => [`https://d${pick(some)}.invalid/back`],
    logo: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>').toString('base64'),
    issuers: () => [{ issuer: 'https://corvid.invalid', jwksUri: 'https://127.0.0.1:1/keys' }],
    ...{
      handedAt: before,
      receivedAt: before,
      awareAt: before,
      until: after,
      endsAt: after,
      withheldUntil: after,
      effectiveAt: after,
      expiresAt: after,
    },
    policy: (_, pick) => pick([{}, { connectors: { block: ['gull-1'] } }, { newTools: { verb: 'ask' } }]),
    draft: () => ({}),
    enabled: (_, pick) => pick([true, true, true, true, false]),
    attests: () => [...attestationIds],
    // Seldom so far that much is over.
    seconds: (_, pick) => pick([1, 60, 3_600, 86_400]),
  }
}
