import { z } from 'zod'
import { groupName } from '../policy.ts'
import { idOf, pageQuery, time } from './page.ts'
import { account, email, issuedLink, personName } from './people.ts'

/** People, groups and rules that belong together. Nothing of one workspace is seen in another but the directory. */
export const workspace = z.object({
  id: idOf('wsp'),
  name: z.string(),
  /** The first one: its people run the installation and publish the directory. */
  house: z.boolean(),
  createdAt: time,
  /** What the caller may do: a member looks, an owner looks after its people and rules, an operator after those of all. */
  as: z.enum(['member', 'owner', 'operator']),
})
export type Workspace = z.infer<typeof workspace>

const workspaceName = z.string().trim().min(1).max(100)
export const createWorkspace = z.strictObject({ name: workspaceName })
export const workspaceInPath = z.strictObject({ id: idOf('wsp') })
export const renameWorkspace = workspaceInPath.extend({ name: workspaceName })
export const pageOfWorkspace = pageQuery.extend(workspaceInPath.shape)

export const member = account.extend({
  owner: z.boolean(),
  groups: z.array(z.string()).readonly(),
  /** They left: the account ended, and is here for what it did. */
  left: z.boolean(),
})
export type Member = z.infer<typeof member>

export const inviteMember = workspaceInPath.extend({ name: personName, email, owner: z.boolean().default(false) })
export const memberInPath = workspaceInPath.extend({ user: idOf('usr') })
export const changeMember = memberInPath.extend({ owner: z.boolean() })
export const moveMember = memberInPath.extend({ to: idOf('wsp').describe('The workspace that they are invited into, as a new account') })
/** The link for the new account, shown once. */
export const movedMember = issuedLink

export const group = z.object({
  name: z.string(),
  title: z.string(),
  /** What an identity provider calls it; whoever signs in with that value among their groups is in it. */
  claim: z.string().nullable(),
  members: z.int(),
})
export type Group = z.infer<typeof group>
export const groups = z.object({ items: z.array(group).readonly() })

const groupTitle = z.string().trim().min(1).max(100)
const claim = z.string().trim().min(1).max(500).nullable()
export const createGroup = workspaceInPath.extend({ name: groupName, title: groupTitle.optional(), claim: claim.default(null) })
export const groupInPath = workspaceInPath.extend({ group: groupName })
export const changeGroup = groupInPath.extend({ title: groupTitle.optional(), claim: claim.optional() })
export const groupMemberInPath = groupInPath.extend({ user: idOf('usr') })
