import { readFile } from 'node:fs/promises'
import type { BundleView, ConnectorSummary, DeveloperView, DirectoryDetail, ManifestInput, SubmittedRelease } from '@handfast/contract'
import { parse } from 'yaml'
import type { Person } from './person.ts'
import { expect } from './story-steps.ts'

/** A connector as its developer declares it, at the address where its server really listens. */
export type Declared = { readonly manifest: ManifestInput; readonly slug: string; readonly name: string }

/** Reads what lies in `examples/manifests`, and puts the address of today in. */
export async function declared(name: 'restaurant' | 'directions', url: string): Promise<Declared> {
  const written = parse(await readFile(new URL(`../manifests/${name}.yaml`, import.meta.url), 'utf8')) as ManifestInput
  const manifest = { ...written, url, ...(written.document === undefined ? {} : { document: `${url}/openapi.json` }) }
  return { manifest, slug: manifest.slug, name: manifest.name }
}

/** The developer makes an organisation, reads the documents in force and accepts exactly these. Answers with the organisation's id. */
export async function acceptsTheTerms(developer: Person, organisation: string): Promise<{ readonly id: string; readonly documents: number }> {
  const { id } = await developer.post<DeveloperView>('/api/v1/developers', { name: organisation, country: 'IE' })
  const { documents } = await developer.get<BundleView>('/api/v1/terms')
  const digests = Object.fromEntries(documents.map(({ document, sha256 }) => [document, sha256]))
  await developer.post('/api/v1/acceptances', { developer: id, documents: digests, authorityAttested: true })
  return { id, documents: documents.length }
}

/** The developer hands a release in; the server is asked for its tools, and the automated review says what it found. */
export async function submits(developer: Person, organisation: string, { slug, name, manifest }: Declared): Promise<SubmittedRelease> {
  await developer.post<ConnectorSummary>('/api/v1/connectors', { developer: organisation, slug, kind: manifest.kind, name })
  const submitted = await developer.post<SubmittedRelease>(`/api/v1/connectors/${slug}/releases`, { manifest })
  const blocking = submitted.findings.filter(({ severity }) => severity === 'blocks')
  expect(blocking.length === 0, `The automated review blocks ${name}: ${blocking.map(({ message }) => message).join(' ')}`)
  return submitted
}

/** The reviewer looks at the release itself and decides about what was looked at, named by its digest. */
export async function approvesRelease(reviewer: Person, slug: string, { number }: SubmittedRelease): Promise<string> {
  const release = await reviewer.get<{ readonly digest: string }>(`/api/v1/connectors/${slug}/releases/${number}`)
  await reviewer.post(`/api/v1/connectors/${slug}/releases/${number}/decision`, { decision: 'approve', digest: release.digest })
  return release.digest
}

/** The user reads the privacy notice and agrees to the words that were read. */
export async function enables(user: Person, slug: string): Promise<DirectoryDetail> {
  const shown = await user.get<DirectoryDetail>(`/api/v1/directory/${slug}`)
  expect(shown.privacyNotice !== null && shown.release !== null, `${slug} shows no privacy notice.`)
  const agreed = { noticeSha256: shown.privacyNotice.sha256, release: shown.release.id }
  return await user.post<DirectoryDetail>(`/api/v1/directory/${slug}/enable`, agreed)
}
