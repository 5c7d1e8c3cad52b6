import { brandKitView, connectorInPath, logoInPath, operatorBrandView, operatorLogoInPath, setBrand, setOperatorBrand } from '@handfast/contract'
import { z } from 'zod'
import type { BrandKit, OperatorBrand } from '../../../developers/index.ts'
import { ConnectorNotFoundError } from '../../../directory/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, Download, download, endpoint } from '../endpoint.ts'
import { operator, session } from '../policy.ts'
import { openAsMember, openPublished } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

type Kept<Kit> = { readonly kit: Kit; readonly sha256: string; readonly logoSha256: string | null; readonly at: number }

/** Marks: of connectors, by their developers' words, and of the operator. */
export function brandEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { brands } = rooms.developers
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/brand',
      summary: 'The marks of a connector, and how its developer wants them shown',
      policy: session(),
      ledger: { none: 'reading' },
      input: connectorInPath,
      output: brandKitView,
      handle: async ({ slug }, caller) => {
        const { workspace, connector } = await openPublished(rooms, slug, caller)
        const kept = await brands.of(workspace, connector)
        return { kit: kept === null ? null : shown(kept) }
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/connectors/{slug}/brand',
      summary: 'Supply the marks of your connector. The logo is cleaned: what does not draw is left out',
      policy: session(),
      ledger: 'brand.kept',
      mostBytes: 500_000,
      input: setBrand,
      output: brandKitView,
      handle: async ({ slug, logo, ...kit }, caller) => {
        const { workspace, connector } = await openAsMember(rooms, slug, caller)
        return { kit: shown(await brands.set(workspace, connector, kit satisfies BrandKit, bytesOf(logo), caller.user)) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/brand/{digest}',
      summary: 'The logo of a connector, as a file',
      policy: session(),
      ledger: { none: 'reading' },
      input: logoInPath,
      output: download,
      handle: async ({ slug, digest }, caller) => {
        const { workspace, connector } = await openPublished(rooms, slug, caller)
        return file(slug, await brands.logo(workspace, connector, digest))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/operator-brand',
      summary: "The operator's marks and guidelines, with their edition, and whether you may use them",
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: operatorBrandView,
      handle: async (_, caller) => {
        const kept = await brands.ofOperator(caller.workspace)
        return { brand: kept === null ? null : shown(kept), permission: await permissionOf(rooms, caller) }
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/operator-brand',
      summary: 'Supply your marks and say what may be done with them',
      policy: operator,
      ledger: 'brand.kept',
      mostBytes: 600_000,
      input: setOperatorBrand,
      output: operatorBrandView,
      handle: async ({ logo, ...brand }, caller) => {
        const kept = await brands.setOfOperator(caller.workspace, brand satisfies OperatorBrand, bytesOf(logo), caller.user)
        return { brand: shown(kept), permission: await permissionOf(rooms, caller) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/operator-brand/{digest}',
      summary: "The operator's logo, as a file",
      policy: session(),
      ledger: { none: 'reading' },
      input: operatorLogoInPath,
      output: download,
      handle: async ({ digest }, { workspace }) => file('operator', await brands.operatorLogo(workspace, digest)),
    }),
  ]
}

function shown<Kit extends object>({ kit, sha256, logoSha256, at }: Kept<Kit>) {
  return { ...kit, sha256, logoSha256, at: rfc3339(at) }
}

function bytesOf(logo: string | null | undefined): Uint8Array | null | undefined {
  return typeof logo === 'string' ? Buffer.from(logo, 'base64') : logo
}

function file(name: string, logo: { readonly mediaType: string; readonly bytes: Uint8Array } | null): Download {
  if (logo === null) throw new ConnectorNotFoundError()
  const { mediaType, bytes } = logo
  return new Download(`${name}.${mediaType === 'image/png' ? 'png' : 'svg'}`, pieces(bytes), mediaType)
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** The operator's marks may be used from the acceptance of the terms on, for as long as an organisation of the caller has a connector that is not gone. */
async function permissionOf({ developers, terms, lifecycle }: PublishingRooms, { workspace, user }: Caller) {
  for (const { id } of await developers.listOf(workspace, user)) {
    if (!(await terms.hasAccepted(workspace, id))) continue
    for (const connector of await developers.connectorsOf(workspace, id)) {
      const { status } = await lifecycle.statusOf(workspace, connector)
      if (status !== 'removed') return { granted: true, because: 'The terms are accepted and an agreement is in force.' }
    }
  }
  return { granted: false, because: 'No agreement of an organisation of yours is in force.' }
}
