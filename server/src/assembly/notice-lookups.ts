import type { Choices } from '../consent/index.ts'
import type { Developers } from '../developers/index.ts'
import type { WorkspaceId } from '../lib/index.ts'
import type { Lookups } from '../notices/index.ts'
import type { People } from '../people/index.ts'
import type { Storage } from '../storage/index.ts'
import { readBound } from '../terms/index.ts'

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
    developersInForce: (workspace, after, limit) => readBound(storage, workspace, after, limit),
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
