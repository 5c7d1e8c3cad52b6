import type { Group, IssuedLink, Member, Workspace } from '@handfast/contract'
import { Command } from 'commander'
import { isId } from '../lib/index.ts'
import type { House } from './house.ts'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean; readonly workspace?: string }

/** `handfast workspace …`: workspaces, who is in them, and their groups. */
export function workspaceCommand(streams: Streams = processStreams): Command {
  const command = new Command('workspace').description('workspaces, their people and groups')
  const sub = (name: string, description: string) => withPlace(command.command(name)).description(description).option('--json', 'print JSON')
  const inside = (name: string, description: string) =>
    sub(name, description).option('--workspace <workspace>', 'name or id; without it the first workspace')

  sub('list', 'list the workspaces').action(async ({ json = false, ...flags }: Flags) => {
    await using house = await openHouse(flags)
    const items = await house.all<Workspace>('/api/v1/workspaces')
    const rows = items.map((one) => [one.name, one.house ? 'first' : '', one.id])
    tell(streams, json, { items }, table(['NAME', '', 'ID'], rows))
  })

  sub('create', 'make a workspace')
    .argument('<name>', 'what people call it')
    .action(async (name: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const made = await house.ask<Workspace>('/api/v1/workspaces', { method: 'POST', body: { name } })
      tell(streams, json, made, `${printable(made.name)} is ${made.id}\n`)
    })

  inside('members', 'list the people of a workspace').action(async ({ json = false, workspace, ...flags }: Flags) => {
    await using house = await openHouse(flags)
    const items = await membersOf(house, await workspaceId(house, workspace))
    const rows = items.map((one) => [one.email, one.name, one.left ? 'left' : one.state, one.owner ? 'owner' : '', one.groups.join(', '), one.id])
    tell(streams, json, { items }, table(['E-MAIL', 'NAME', 'STATE', '', 'GROUPS', 'ID'], rows))
  })

  inside('invite', 'make an account in a workspace, and a one-time link for its person')
    .argument('<email>', 'e-mail address')
    .option('--name <name>', 'name of the person; without it the part before the @')
    .option('--owner', 'who may look after people and rules of the workspace')
    .action(async (email: string, given: Flags & { readonly name?: string; readonly owner?: boolean }) => {
      const { json = false, workspace, name = email.split('@')[0] ?? email, owner = false, ...flags } = given
      await using house = await openHouse(flags)
      const path = `/api/v1/workspaces/${await workspaceId(house, workspace)}/members` as const
      const issued = await house.ask<IssuedLink>(path, { method: 'POST', body: { name, email, owner } })
      tell(streams, json, issued, linkText(issued))
    })

  inside('owner', 'make somebody an owner of their workspace, or no owner any more')
    .argument('<person>', 'e-mail address or id')
    .option('--not', 'no owner any more')
    .action(async (person: string, { json = false, workspace, not = false, ...flags }: Flags & { readonly not?: boolean }) => {
      await using house = await openHouse(flags)
      const id = await workspaceId(house, workspace)
      const user = await memberId(house, id, person)
      await house.ask(`/api/v1/workspaces/${id}/members/${user}`, { method: 'PATCH', body: { owner: !not } })
      tell(streams, json, { user, owner: !not }, `${printable(person)} is ${not ? 'no owner any more' : 'an owner'}\n`)
    })

  inside('leave', 'take somebody out: the account ends, with its tokens, account links and lasting approvals')
    .argument('<person>', 'e-mail address or id')
    .option('--to <workspace>', 'invite them into this workspace in the same moment')
    .action(async (person: string, { json = false, workspace, to, ...flags }: Flags & { readonly to?: string }) => {
      await using house = await openHouse(flags)
      const id = await workspaceId(house, workspace)
      const path = `/api/v1/workspaces/${id}/members/${await memberId(house, id, person)}` as const
      if (to === undefined) {
        await house.ask(path, { method: 'DELETE' })
        return tell(streams, json, { left: person }, `${printable(person)} left\n`)
      }
      const issued = await house.ask<IssuedLink>(`${path}/move`, { method: 'POST', body: { to: await workspaceId(house, to) } })
      tell(streams, json, issued, linkText(issued))
    })

  inside('groups', 'list the groups of a workspace').action(async ({ json = false, workspace, ...flags }: Flags) => {
    await using house = await openHouse(flags)
    const { items } = await house.ask<{ items: readonly Group[] }>(`/api/v1/workspaces/${await workspaceId(house, workspace)}/groups`)
    const rows = items.map((one) => [one.name, one.title, one.claim, one.members])
    tell(streams, json, { items }, table(['NAME', 'TITLE', 'CLAIM', 'MEMBERS'], rows))
  })

  inside('group', 'put people in a group, which is made where it is not there')
    .argument('<group>', 'short name')
    .argument('[people...]', 'e-mail addresses or ids')
    .option('--title <title>', 'what people call it')
    .option('--claim <claim>', 'what the identity provider calls it')
    .option('--out', 'take the people out instead')
    .action(async (name: string, people: readonly string[], given: Flags & { title?: string; claim?: string; out?: boolean }) => {
      const { json = false, workspace, title, claim, out = false, ...flags } = given
      await using house = await openHouse(flags)
      const base = `/api/v1/workspaces/${await workspaceId(house, workspace)}/groups` as const
      const { items } = await house.ask<{ items: readonly Group[] }>(base)
      const about = { ...(title === undefined ? {} : { title }), ...(claim === undefined ? {} : { claim }) }
      if (!items.some((one) => one.name === name)) await house.ask(base, { method: 'POST', body: { name, ...about } })
      else if (Object.keys(about).length > 0) await house.ask(`${base}/${name}`, { method: 'PATCH', body: about })
      const id = await workspaceId(house, workspace)
      for (const person of people) {
        const user = await memberId(house, id, person)
        await house.ask(`${base}/${name}/members/${user}`, { method: out ? 'DELETE' : 'PUT' })
      }
      tell(streams, json, { group: name }, `${name}: done\n`)
    })
  return command
}

/** The id of a workspace by its name or id; of the first one where none is named. @throws UsageError */
export async function workspaceId(house: House, named: string | undefined): Promise<string> {
  if (named !== undefined && isId('wsp', named)) return named
  const all = await house.all<Workspace>('/api/v1/workspaces')
  const found = all.filter((one) => (named === undefined ? one.house : one.name === named))
  const [only] = found
  if (only === undefined) throw new UsageError(`There is no workspace ${named ?? ''}.`)
  if (found.length > 1) throw new UsageError(`There are ${found.length} workspaces of that name. Name the one that you mean by its id.`)
  return only.id
}

export function membersOf(house: House, workspace: string): Promise<readonly Member[]> {
  return house.all<Member>(`/api/v1/workspaces/${workspace}/members`)
}

/** The id of somebody of a workspace by e-mail address or id. @throws UsageError */
export async function memberId(house: House, workspace: string, named: string): Promise<string> {
  if (isId('usr', named)) return named
  const wanted = named.normalize('NFC').trim().toLowerCase()
  const found = (await membersOf(house, workspace)).find(({ email }) => email === wanted)
  if (found === undefined) throw new UsageError(`Nobody in that workspace has the e-mail address ${named}.`)
  return found.id
}

function linkText({ user, link }: IssuedLink): string {
  return `One-time link for ${printable(user.email)}, to set a password and sign in. It is shown once, here:\n  ${link}\n`
}
