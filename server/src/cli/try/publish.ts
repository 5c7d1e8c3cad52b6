import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BundleView, ConnectorDetail, SubmittedRelease } from '@handfast/contract'
import type { House } from '../house.ts'
import {
  acceptTerms,
  approveRelease,
  enableFor,
  findConnector,
  findDeveloper,
  hasAccepted,
  makeConnector,
  makeDeveloper,
  readHandout,
  submitRelease,
} from '../publishing.ts'
import { UsageError } from '../say.ts'
import { composeManifest, slugFor } from './compose-manifest.ts'
import type { Source } from './source.ts'

const ORGANISATION = 'My own connectors'

/** What a person agrees to by trying: each of it is recorded as theirs. */
export type Agreement = {
  readonly documents: BundleView['documents']
  readonly alreadyAccepted: boolean
  /** Where the exact words lie, to be read before anybody says yes, and kept after. */
  readonly folder: string
}

export type Published = {
  readonly slug: string
  readonly release: SubmittedRelease
  /** In which capacities the release was approved, as the record says: `reviewer` and `self-review`. */
  readonly decidedAs: readonly string[]
}

/** The terms that trying an API accepts, unless they have been accepted. */
export async function agreementFor(house: House): Promise<Agreement> {
  const { documents } = await house.ask<BundleView>('/api/v1/terms')
  const folder = join(house.settings.data, 'terms')
  mkdirSync(folder, { recursive: true })
  for (const { document, label, body } of documents) writeFileSync(join(folder, `${document}-${label}.md`), body)
  const developer = await findDeveloper(house)
  return { documents, alreadyAccepted: developer !== null && (await hasAccepted(house, developer.id)), folder }
}

/** An organisation of the operator's, with the terms accepted. Whoever calls this has the person's yes. Answers with its id. */
export async function publisher(house: House, country: string): Promise<string> {
  const developer = (await findDeveloper(house)) ?? (await makeDeveloper(house, ORGANISATION, country))
  if (!(await hasAccepted(house, developer.id))) await acceptTerms(house, developer.id)
  return developer.id
}

/**
 * Makes the connector, or finds the one made for this place before, and hands a release in that its own developer approves.
 * @throws UsageError where the review blocks it; ApiRefusedError
 */
export async function publish(house: House, developer: string, source: Source, wanted: string | undefined, key: string | null): Promise<Published> {
  const { slug, known } = await freeSlug(house, source, wanted)
  const handout = readHandout('what was put together', composeManifest(source, slug), source.text)
  if (known === null) await makeConnector(house, developer, handout)
  const release = await submitRelease(house, handout, source.kind === 'mcp' ? key : null)
  const blocking = release.findings.filter(({ severity }) => severity === 'blocks')
  if (blocking.length > 0) throw new UsageError(`The review blocks it: ${blocking.map(({ message }) => message).join(' ')}`)
  await approveRelease(house, slug, release, 'A self-review by whoever runs this installation, with handfast try.')
  const { inside } = await house.ask<ConnectorDetail>(`/api/v1/connectors/${slug}`)
  const decision = inside?.decisions.findLast(({ kind, release: of }) => kind === 'approve' && of === release.id)
  return { slug, release, decidedAs: decision?.decidedAs ?? [] }
}

/** Gives the key to the vault, and enables the connector for the person. */
export async function enable(house: House, slug: string, user: string, key: string | null): Promise<void> {
  await enableFor(house, slug, user)
  if (key !== null) await house.ask(`/api/v1/directory/${slug}/credential`, { method: 'PUT', body: { secret: key }, as: user })
}

/** The short name that was asked for, or the first free one like the title; one that has this very target already is used again. */
async function freeSlug(house: House, { title, url, kind }: Source, wanted: string | undefined) {
  const stem = wanted ?? slugFor(title, url)
  for (let number = 1; ; number++) {
    const slug = number === 1 ? stem : `${stem.slice(0, 28)}-${number}`
    const known = await findConnector(house, slug)
    if (known === null) return { slug, known }
    if (known.kind === kind && known.inside?.url === url && known.status !== 'removed') return { slug, known }
    if (wanted !== undefined) throw new UsageError(`There is another connector called ${wanted}. Say another name with --slug.`)
  }
}
