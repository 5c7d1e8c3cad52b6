import type { PolicyDocumentInput } from '@handfast/contract'
import { policyDocument } from '@handfast/contract'
import { noticeDigest } from '../src/gateway/index.ts'
import type { UserId, WorkspaceId } from '../src/lib/index.ts'
import { McpCaller } from './mcp-caller.ts'
import type { Inhabitant, Town } from './town.ts'

const SOURCE = { address: '203.0.113.7', agent: 'a test' } as const
const PASSWORD = 'correct horse battery'

/** Somebody of any workspace of the town. */
export type Neighbour = Inhabitant & { readonly workspace: WorkspaceId }

/** Olga makes a workspace. */
export async function makeWorkspace(town: Town, name: string): Promise<WorkspaceId> {
  return (await town.app.rooms.people.workspaces.create(town.olga.user, name)).id
}

/** Somebody is invited into a workspace, accepts, and gets an assistant with a token. */
export async function moveIn(town: Town, workspace: WorkspaceId, name: string, owner = false): Promise<Neighbour> {
  const { people, authorization } = town.app.rooms
  const { token } = await people.workspaces.invite(workspace, town.olga.user, { name, email: `${name.toLowerCase()}@example.org`, owner })
  const { user } = await people.acceptInvitation({ token, password: PASSWORD }, SOURCE)
  const made = await authorization.create(workspace, user, { name: `${name}'s token`, assistant: `${name}'s assistant` })
  return { name, user, workspace, token: made.secret, tokenId: made.token.id, mcp: new McpCaller(town.url, made.secret) }
}

export function inHouse(town: Town, who: Inhabitant): Neighbour {
  return { ...who, workspace: town.app.workspace }
}

/** Reads the notice and enables a connector of the directory. */
export async function enables(town: Town, { user, workspace }: Neighbour, slug: string): Promise<void> {
  const { directory, choices } = town.app.rooms
  const { connector: id, name, release } = await directory.bySlug(workspace, slug)
  if (release === null) throw new Error(`${slug} has no release`)
  const noticeSha256 = noticeDigest(release.content)
  await choices.enable(
    { user, workspace },
    { id, name, release: release.id, noticeSha256, receives: release.content.receives, link: '' },
    noticeSha256,
  )
}

/** Olga puts rules in force. */
export async function rules(town: Town, workspace: WorkspaceId, input: PolicyDocumentInput): Promise<void> {
  const { policies } = town.app.rooms
  const { version } = await policies.current(workspace)
  await policies.change(workspace, town.olga.user, { document: policyDocument.parse(input), basedOn: version, note: '' })
}

/** A group with these members, by hand. */
export async function group(town: Town, workspace: WorkspaceId, name: string, members: readonly UserId[]): Promise<void> {
  const { workspaces } = town.app.rooms.people
  await workspaces.createGroup(workspace, town.olga.user, { name, title: name, claim: null })
  for (const user of members) await workspaces.setMember(workspace, town.olga.user, { group: name, user, member: true })
}

/** What a call was refused with, or `sent`. */
export function outcomeOf(told: Awaited<ReturnType<McpCaller['call']>>): string {
  const result = told.body?.result
  return result?._meta?.['dev.handfast/refusal']?.code ?? (result?.isError === true ? 'tool-error' : result === undefined ? 'error' : 'sent')
}
