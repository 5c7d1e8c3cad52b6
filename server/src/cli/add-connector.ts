import { resolve } from 'node:path'
import { type AttestationId, attestationIds, type SubmittedRelease } from '@handfast/contract'
import { House } from './house.ts'
import { readManifestFile } from './platform-file.ts'
import {
  acceptTerms,
  approveRelease,
  type DevelopersWord,
  findConnector,
  findDeveloper,
  type Handout,
  hasAccepted,
  makeConnector,
  makeDeveloper,
  submitRelease,
} from './publishing.ts'
import { readDocumentAt } from './read-document.ts'
import { readSecret, readText } from './read-secret.ts'
import { UsageError } from './say.ts'
import type { PlaceFlags } from './settings-options.ts'

export type HandIn = PlaceFlags & {
  readonly openapi?: string
  readonly overlay?: string
  readonly listingKeyEnv?: string
  readonly attest?: readonly string[]
  readonly assessment?: string
  readonly reviewerKeyEnv?: string
  readonly approve?: boolean
}
export type Adding = HandIn & { readonly developer?: string; readonly country?: string; readonly acceptTerms?: boolean }
export type HandedIn = SubmittedRelease & { readonly connector: string; readonly approved: boolean }

/** Makes a connector and hands its first release in; the organisation too, where it is named. @throws UsageError, ApiRefusedError */
export async function addConnector(file: string, flags: Adding): Promise<HandedIn> {
  const handout = readHandoutFile(file, flags)
  await using house = await House.open(flags)
  if ((await findConnector(house, handout.slug)) === null) await makeConnector(house, await publisher(house, flags), handout)
  return await handIn(house, handout, flags)
}

/** Hands a new release in. @throws UsageError, ApiRefusedError */
export async function submitConnector(file: string, flags: HandIn): Promise<HandedIn> {
  const handout = readHandoutFile(file, flags)
  await using house = await House.open(flags)
  return await handIn(house, handout, flags)
}

function readHandoutFile(file: string, { openapi, overlay }: HandIn): Handout {
  const handout = readManifestFile(resolve(file), openapi === undefined ? null : readDocumentAt(resolve(openapi)))
  return overlay === undefined ? handout : { ...handout, overlay: readText(resolve(overlay)) }
}

async function handIn(house: House, handout: Handout, { approve = false, listingKeyEnv, ...said }: HandIn): Promise<HandedIn> {
  const key = listingKeyEnv === undefined ? null : readSecret({ env: listingKeyEnv }, '.')
  const release = await submitRelease(house, handout, key, wordOf(said))
  const clear = approve && release.findings.every(({ severity }) => severity !== 'blocks')
  const approved = clear && (await approveRelease(house, handout.slug, release, '')).outcome === 'approve'
  return { connector: handout.slug, approved, ...release }
}

/** @throws UsageError for attestations that there are not */
function wordOf({ attest, assessment, reviewerKeyEnv }: Pick<HandIn, 'attest' | 'assessment' | 'reviewerKeyEnv'>): DevelopersWord {
  const unknown = attest?.find((id) => id !== 'all' && !(attestationIds as readonly string[]).includes(id))
  if (unknown !== undefined) throw new UsageError(`"${unknown}" is nothing to attest to. There are: all, ${attestationIds.join(', ')}.`)
  const attests = attest?.includes('all') === true ? attestationIds : (attest as readonly AttestationId[] | undefined)
  return {
    ...(attests === undefined ? {} : { attests }),
    ...(assessment === undefined ? {} : { securityAssessment: assessment }),
    ...(reviewerKeyEnv === undefined ? {} : { reviewerKey: readSecret({ env: reviewerKeyEnv }, '.') }),
  }
}

/** The organisation that publishes, with the terms in force accepted. @throws UsageError saying which flag is missing */
async function publisher(house: House, { developer: name, country, acceptTerms: accepts = false }: Adding): Promise<string> {
  let developer = await findDeveloper(house, name)
  if (developer === null) {
    if (name === undefined || country === undefined)
      throw new UsageError('Nobody publishes connectors here yet. Name the organisation with --developer NAME --country IE.')
    developer = await makeDeveloper(house, name, country)
  }
  if (await hasAccepted(house, developer.id)) return developer.id
  if (!accepts)
    throw new UsageError(
      `${developer.name} has not accepted the terms in force. Read them in the console or at /api/v1/terms; then say --accept-terms.`,
    )
  await acceptTerms(house, developer.id)
  return developer.id
}
