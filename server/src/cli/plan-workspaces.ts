import { type Group, type IssuedLink, type Member, type PolicyView, policyDocument, type Workspace } from '@handfast/contract'
import { canonicalJson } from '../lib/index.ts'
import type { House } from './house.ts'
import type { Change, Handed } from './plan-platform.ts'
import type { DeclaredWorkspace } from './platform-file.ts'
import { UsageError } from './say.ts'
import { memberId, membersOf } from './workspace.ts'

type There = { readonly id: string; readonly members: readonly Member[]; readonly groups: readonly Group[]; readonly policy: PolicyView }

/** What the first workspace is called before anybody calls it something else. */
const FIRST = 'Home'

/** What would have to change in workspaces, in the order in which it has to. What a file does not name is left as it is. */
export async function planWorkspaces(
  house: House,
  declared: readonly DeclaredWorkspace[],
  isNew: boolean,
  handed: Handed,
): Promise<readonly Change[]> {
  const all = isNew ? [] : await house.all<Workspace>('/api/v1/workspaces')
  const changes: Change[] = []
  for (const one of declared) {
    const found = all.find((workspace) => (one.first ? workspace.house : workspace.name === one.name && !workspace.house))
    const there = found === undefined ? null : await look(house, found.id)
    const id = async () => there?.id ?? (await idOf(house, one))
    if (there === null && !one.first) {
      const run = async () => void (await house.ask('/api/v1/workspaces', { method: 'POST', body: { name: one.name } }))
      changes.push({ what: `make the workspace ${one.name}`, trace: 'workspace made', run })
    }
    if (one.first && found?.name !== one.name && !(found === undefined && one.name === FIRST)) {
      const run = async () => void (await house.ask(`/api/v1/workspaces/${await id()}`, { method: 'PATCH', body: { name: one.name } }))
      changes.push({ what: `call the first workspace ${one.name}`, trace: 'workspace renamed', run })
    }
    changes.push(...planMembers(house, one, there, id, handed), ...planGroups(house, one, there, id), ...(await planPolicy(house, one, there, id)))
  }
  return changes
}

async function look(house: House, id: string): Promise<There> {
  const base = `/api/v1/workspaces/${id}` as const
  const [members, { items: groups }, policy] = [
    await membersOf(house, id),
    await house.ask<{ items: readonly Group[] }>(`${base}/groups`),
    await house.ask<PolicyView>(`${base}/policy`),
  ]
  return { id, members, groups, policy }
}

/** @throws UsageError */
async function idOf(house: House, { name, first }: DeclaredWorkspace): Promise<string> {
  const found = (await house.all<Workspace>('/api/v1/workspaces')).find((one) => (first ? one.house : one.name === name && !one.house))
  if (found === undefined) throw new UsageError(`There is no workspace ${name}.`)
  return found.id
}

function planMembers(house: House, declared: DeclaredWorkspace, there: There | null, id: () => Promise<string>, handed: Handed): readonly Change[] {
  return declared.members.flatMap(({ email, name, owner }): Change[] => {
    const known = there?.members.find((member) => member.email === email)
    if (known !== undefined) {
      if (!owner || known.owner) return []
      const run = async () => void (await house.ask(`/api/v1/workspaces/${await id()}/members/${known.id}`, { method: 'PATCH', body: { owner } }))
      return [{ what: `make ${email} an owner of ${declared.name}`, trace: 'owner made', run }]
    }
    const run = async () => {
      const body = { email, name: name ?? email.split('@')[0] ?? email, owner }
      const { link } = await house.ask<IssuedLink>(`/api/v1/workspaces/${await id()}/members`, { method: 'POST', body })
      handed.links.push({ email, link })
    }
    return [{ what: `make an account for ${email} in ${declared.name}`, trace: 'account made', run }]
  })
}

function planGroups(house: House, declared: DeclaredWorkspace, there: There | null, id: () => Promise<string>): readonly Change[] {
  const changes: Change[] = []
  for (const { name, title = name, claim = null, members } of declared.groups) {
    const known = there?.groups.find((group) => group.name === name)
    if (known === undefined) {
      const run = async () => void (await house.ask(`/api/v1/workspaces/${await id()}/groups`, { method: 'POST', body: { name, title, claim } }))
      changes.push({ what: `make the group ${name} of ${declared.name}`, trace: `group made: ${name}`, run })
    } else if (known.title !== title || known.claim !== claim) {
      const run = async () => void (await house.ask(`/api/v1/workspaces/${await id()}/groups/${name}`, { method: 'PATCH', body: { title, claim } }))
      changes.push({ what: `change the group ${name} of ${declared.name}`, trace: `group changed: ${name}`, run })
    }
    for (const email of members) {
      if (there?.members.some((member) => member.email === email && member.groups.includes(name)) === true) continue
      const run = async () => {
        const workspace = await id()
        await house.ask(`/api/v1/workspaces/${workspace}/groups/${name}/members/${await memberId(house, workspace, email)}`, { method: 'PUT' })
      }
      changes.push({ what: `put ${email} into ${name}`, trace: `joined: ${name}`, run })
    }
  }
  return changes
}

async function planPolicy(
  house: House,
  { name, policy }: DeclaredWorkspace,
  there: There | null,
  id: () => Promise<string>,
): Promise<readonly Change[]> {
  if (policy === null) return []
  if (there !== null) {
    const ids = new Map(there.members.map((member) => [member.email, member.id]))
    if (
      isSame(
        withIds(policy, (email) => ids.get(email) ?? email),
        there.policy.policy,
      )
    )
      return []
  }
  const run = async () => {
    const workspace = await id()
    const path = `/api/v1/workspaces/${workspace}/policy` as const
    const ids = new Map((await membersOf(house, workspace)).map((member) => [member.email, member.id]))
    const { version } = await house.ask<PolicyView>(path)
    const body = {
      policy: withIds(policy, (email) => ids.get(email) ?? email),
      basedOn: version,
      note: 'Declared in the platform file that was applied.',
    }
    await house.ask(path, { method: 'PUT', body })
  }
  return [{ what: `put the declared rules of ${name} in force`, trace: 'policy changed', run }]
}

/** The same rules with ids for the e-mail addresses by which a file names people. */
function withIds(value: unknown, idOf: (email: string) => string, under = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => (under === 'people' && typeof one === 'string' ? idOf(one.toLowerCase()) : withIds(one, idOf)))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withIds(member, idOf, key)]))
}

/** Whether a file says what is in force; from when on tools are known is nobody's declaration. */
function isSame(wanted: unknown, inForce: PolicyView['policy']): boolean {
  const read = policyDocument.safeParse(wanted)
  if (!read.success) return false
  const since = read.data.newTools.since ?? inForce.newTools.since
  const newTools = { verb: read.data.newTools.verb, ...(since === undefined ? {} : { since }) }
  return canonicalJson({ ...read.data, newTools }) === canonicalJson(inForce)
}
