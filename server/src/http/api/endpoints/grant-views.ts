import type { AuthorizationRequest, Grant as GrantView } from '@handfast/contract'
import type { AccessRequest, AssistantRow, Grant } from '../../../authorization/index.ts'
import { ConnectorNotFoundError, type ConnectorStanding, type Directory } from '../../../directory/index.ts'
import { type ConnectorId, rfc3339, type UserId, type WorkspaceId } from '../../../lib/index.ts'
import { RequestInvalidError } from '../request-errors.ts'
import type { AssistantRooms } from './assistants.ts'
import type { UserRooms } from './rooms.ts'

type Rooms = Pick<UserRooms, 'choices' | 'directory'>
type Person = { readonly user: UserId; readonly workspace: WorkspaceId }
type Named = { readonly slug: string; readonly name: string }

/** Connectors that the person enabled, in the order of their names. */
export async function enabledConnectors({ choices, directory }: Rooms, person: Person): Promise<readonly (Named & { readonly id: ConnectorId })[]> {
  const { enabled } = await choices.of(person)
  const found = await Promise.all([...enabled.keys()].map((id) => named(directory, id)))
  return found.filter((one) => one !== null).sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

async function named(directory: Directory, id: ConnectorId): Promise<(Named & { readonly id: ConnectorId }) | null> {
  try {
    const { slug, name } = await directory.standing(id)
    return { id, slug, name }
  } catch (error) {
    if (error instanceof ConnectorNotFoundError) return null
    throw error
  }
}

export async function grantView({ directory, authorizationServer }: Rooms & AssistantRooms, grant: Grant): Promise<GrantView> {
  const row = await authorizationServer.assistants.one(grant.workspace, grant.assistant).catch(() => null)
  const connectors = grant.connectors === null ? null : await Promise.all(grant.connectors.map((id) => named(directory, id)))
  return {
    id: grant.id,
    assistant: {
      id: grant.assistant,
      name: row?.name ?? 'An assistant that was deleted',
      kind: row?.kind ?? 'dynamic',
      host: row === null ? null : hostOf(row),
      disabled: row === null || row.disabledAt !== null,
    },
    redirect: grant.redirect,
    scopes: [...grant.scopes],
    connectors: connectors === null ? null : connectors.flatMap((one) => (one === null ? [] : [{ slug: one.slug, name: one.name }])),
    resource: grant.audience,
    createdAt: rfc3339(grant.createdAt),
    lastUsedAt: grant.lastUsedAt === null ? null : rfc3339(grant.lastUsedAt),
    expiresAt: rfc3339(grant.expiresAt),
  }
}

/** The host that answers for an assistant's identity. Null: it said its name itself. */
export function hostOf({ kind, clientId }: AssistantRow): string | null {
  return kind === 'document' && clientId !== null ? new URL(clientId).host : null
}

export async function requestView(rooms: Rooms, request: AccessRequest, person: Person): Promise<AuthorizationRequest> {
  const { assistant, redirect, requested, resource, canStay, known, device, expiresAt } = request
  const enabled = await enabledConnectors(rooms, person)
  const only = resource.slug === null ? undefined : await rooms.directory.bySlug(person.workspace, resource.slug).catch(unknown)
  return {
    assistant,
    redirect,
    requested: [...requested],
    resource: resource.audience,
    only: resource.slug === null ? null : onlyView(resource.slug, only, enabled),
    connectors: enabled.map(({ slug, name }) => ({ slug, name })),
    canStay,
    known,
    device,
    expiresAt: rfc3339(expiresAt),
  }
}

function onlyView(slug: string, standing: ConnectorStanding | undefined, enabled: readonly Named[]) {
  return { slug, name: standing?.name ?? slug, enabled: enabled.some((one) => one.slug === slug) }
}

function unknown(error: unknown): undefined {
  if (!(error instanceof ConnectorNotFoundError)) throw error
}

/** The connectors that a person named, by id. @throws RequestInvalidError */
export async function connectorsNamed(
  { directory }: Rooms,
  { workspace }: Person,
  slugs: readonly string[] | null | undefined,
): Promise<readonly ConnectorId[] | null> {
  if (slugs === null || slugs === undefined) return null
  const ids = await Promise.all(
    [...new Set(slugs)].map(async (slug, at) => {
      const found = await directory.bySlug(workspace, slug).catch(unknown)
      if (found === undefined) throw new RequestInvalidError(`/connectors/${at}`, 'there is no such connector')
      return found.connector
    }),
  )
  return ids
}
