import type {
  AcceptanceView,
  AttestationId,
  BundleView,
  ConnectorDetail,
  ConnectorSummary,
  DecidedRelease,
  DeveloperView,
  DirectoryDetail,
  SubmittedRelease,
} from '@handfast/contract'
import { manifest } from '@handfast/contract'
import type { House } from './house.ts'
import { ApiRefusedError, UsageError } from './say.ts'

/** A manifest as written, with the document that goes with it. */
export type Handout = {
  readonly slug: string
  readonly kind: string
  readonly name: string
  readonly manifest: object
  readonly document: string | null
  /** Text of an OpenAPI Overlay. */
  readonly overlay?: string
}

/** @throws UsageError naming every field that cannot be used */
export function readHandout(where: string, written: unknown, document: string | null): Handout {
  const read = manifest.safeParse(written)
  if (!read.success) {
    const problems = read.error.issues.map((issue) => `  ${where}: /${issue.path.map(String).join('/')}: ${issue.message}`)
    throw new UsageError(`The manifest cannot be used:\n${problems.join('\n')}`)
  }
  const { slug, kind, name } = read.data
  return { slug, kind, name, manifest: written as object, document }
}

/** What is there under a short name, or null. */
export async function findConnector(house: House, slug: string): Promise<ConnectorDetail | null> {
  try {
    return await house.ask<ConnectorDetail>(`/api/v1/connectors/${encodeURIComponent(slug)}`)
  } catch (error) {
    if (error instanceof ApiRefusedError && error.status === 404) return null
    throw error
  }
}

/** The organisation of that name to which the operator belongs, or any where no name is given. */
export async function findDeveloper(house: House, name?: string): Promise<DeveloperView | null> {
  const { items } = await house.ask<{ readonly items: readonly DeveloperView[] }>('/api/v1/developers')
  return items.find((one) => name === undefined || one.name === name) ?? null
}

export function makeDeveloper(house: House, name: string, country: string): Promise<DeveloperView> {
  return house.ask('/api/v1/developers', { method: 'POST', body: { name, country } })
}

/** Whether an organisation has accepted exactly what is in force. */
export async function hasAccepted(house: House, developer: string): Promise<boolean> {
  const { documents } = await house.ask<BundleView>('/api/v1/terms')
  const items = await house.all<AcceptanceView>(`/api/v1/developers/${developer}/acceptances`)
  return items.some((acceptance) =>
    documents.every((edition) => acceptance.documents.some((one) => one.document === edition.document && one.sha256 === edition.sha256)),
  )
}

/** Accepts what is in force now. Whoever calls this was told so by a person, in so many words. */
export async function acceptTerms(house: House, developer: string): Promise<AcceptanceView> {
  const { documents } = await house.ask<BundleView>('/api/v1/terms')
  const digests = Object.fromEntries(documents.map(({ document, sha256 }) => [document, sha256]))
  return await house.ask('/api/v1/acceptances', { method: 'POST', body: { developer, documents: digests, authorityAttested: true } })
}

export function makeConnector(house: House, developer: string, { slug, kind, name }: Handout): Promise<ConnectorSummary> {
  return house.ask('/api/v1/connectors', { method: 'POST', body: { developer, slug, kind, name } })
}

/** What a developer says beside the manifest. */
export type DevelopersWord = { readonly attests?: readonly AttestationId[]; readonly securityAssessment?: string; readonly reviewerKey?: string }

/** Hands a release in. @param key for servers that list their tools to known callers only */
export function submitRelease(house: House, handout: Handout, key: string | null, word: DevelopersWord = {}): Promise<SubmittedRelease> {
  const body = {
    manifest: handout.manifest,
    ...(handout.document === null ? {} : { document: handout.document }),
    ...(handout.overlay === undefined ? {} : { overlay: handout.overlay }),
    ...(key === null ? {} : { key }),
    ...word,
  }
  return house.ask(`/api/v1/connectors/${encodeURIComponent(handout.slug)}/releases`, { method: 'POST', body })
}

type Decidable = Pick<SubmittedRelease, 'number' | 'digest'>

/** Approves a release, in the house profile also one's own; what stands in the ledger says so. */
export async function approveRelease(house: House, slug: string, { number, digest }: Decidable, reason: string): Promise<DecidedRelease> {
  return await house.ask(`/api/v1/connectors/${encodeURIComponent(slug)}/releases/${number}/decision`, {
    method: 'POST',
    body: { decision: 'approve', digest, reason },
  })
}

/** The newest release that waits for a decision, or the one with that number. @throws UsageError */
export async function releaseToDecide(house: House, slug: string, number?: number): Promise<Decidable> {
  const connector = await house.ask<ConnectorDetail>(`/api/v1/connectors/${encodeURIComponent(slug)}`)
  const waiting = (connector.inside?.releases ?? []).filter((one) => (number === undefined ? one.decidedAt === null : one.number === number))
  const newest = waiting.toSorted((a, b) => b.number - a.number)[0]
  if (newest === undefined)
    throw new UsageError(number === undefined ? `No release of ${slug} waits for a decision.` : `${slug} has no release ${number}.`)
  return newest
}

/** Enables a connector in the name of an account whose person has read the notice. @returns whether that changed anything */
export async function enableFor(house: House, slug: string, user: string): Promise<boolean> {
  const seen = await house.ask<DirectoryDetail>(`/api/v1/directory/${encodeURIComponent(slug)}`, { as: user })
  if (seen.choice === 'enabled') return false
  if (seen.privacyNotice === null || seen.release === null) throw new UsageError(`${slug} is not live, so it cannot be enabled.`)
  const body = { noticeSha256: seen.privacyNotice.sha256, release: seen.release.id }
  await house.ask(`/api/v1/directory/${encodeURIComponent(slug)}/enable`, { method: 'POST', body, as: user })
  return true
}
