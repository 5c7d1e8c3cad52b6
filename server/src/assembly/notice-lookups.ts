import type { Choices } from '../consent/index.ts'
import type { Developers } from '../developers/index.ts'
import type { DeveloperId, WorkspaceId } from '../lib/index.ts'
import type { Lookups } from '../notices/index.ts'
import type { People } from '../people/index.ts'
import type { Storage } from '../storage/index.ts'

type Knowing = {
  readonly storage: Storage
  readonly people: People
  readonly developers: Pick<Developers, 'members' | 'contactsOf'>
  readonly choices: Pick<Choices, 'enabledFor'>
  /** Addresses of the operator for mail. */
  readonly operatorMail: readonly string[]
}

/** What notices have to know about people and organisations, from the rooms that know it. */
export function noticeLookups({ storage, people, developers, choices, operatorMail }: Knowing): Lookups {
  return {
    emailOf: async (user) => {
      const { email, disabledAt } = await people.account(user)
      return disabledAt === null && email.includes('@') ? email : null
    },
    contactsOf: (workspace, developer, purpose) => developers.contactsOf(workspace, developer, purpose),
    membersOf: (workspace, developer) => developers.members(workspace, developer),
    operators: () => operatorsOf(people),
    enabledUsers: (_, connector, after, limit) => choices.enabledFor(connector, after, limit),
    developersInForce: (workspace, after, limit) => developersBound(storage, workspace, after, limit),
    operatorMail: () => operatorMail,
  }
}

async function operatorsOf(people: People) {
  const found: { readonly user: `usr_${string}`; readonly workspace: WorkspaceId }[] = []
  for (let after: string | null = null; ; ) {
    const page = await people.list(after, 200)
    for (const { id, roles, disabledAt } of page)
      if (roles.includes('operator') && disabledAt === null) found.push({ user: id, workspace: people.workspace })
    if (page.length < 200) return found
    after = page.at(-1)?.id ?? null
  }
}

/** Developers who accepted terms: who never did is bound by none, and is told of no change. */
async function developersBound({ db }: Storage, workspace: WorkspaceId, after: string | null, limit: number): Promise<readonly DeveloperId[]> {
  const bound = db.selectFrom('acceptances').select('developer_id').distinct().where('workspace_id', '=', workspace)
  const rows = await (after === null ? bound : bound.where('developer_id', '>', after)).orderBy('developer_id').limit(limit).execute()
  return rows.map(({ developer_id }) => developer_id as DeveloperId)
}
