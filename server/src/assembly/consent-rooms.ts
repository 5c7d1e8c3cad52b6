import { Approvals, ApproverInbox, accountDenial, Choices, Policies } from '../consent/index.ts'
import { HandedFiles } from '../files/index.ts'
import { Erasure, History } from '../history/index.ts'
import { AccountNotAllowedError, createLinks } from '../links/index.ts'
import { NoticeErasure } from '../notices/index.ts'
import type { EndingStep } from '../people/index.ts'
import { Vault } from '../vault/index.ts'
import type { Ground } from './ground.ts'
import type { IncidentRooms } from './incident-rooms.ts'
import type { PeopleRooms } from './people-rooms.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

export type ConsentRooms = ReturnType<typeof buildConsentRooms>

/** What people allow, with which accounts, and what is kept of it for them. */
export function buildConsentRooms(
  { settings, base, sealing, egress, site, node, log }: Ground,
  { people, authorization, workspace }: PeopleRooms,
  { directory, upstream }: PublishingRooms,
  { holds, feedback }: Pick<IncidentRooms, 'holds' | 'feedback'>,
) {
  const choices = new Choices({ ...base, sealing, attestsAdults: settings.attestAdults })
  const approvals = new Approvals({ ...base, sealing, dangerouslyAllowLastingYesForDestructive: settings.dangerouslyAllowLastingYesForDestructive })
  const approverInbox = new ApproverInbox({ ...base, sealing })
  const policies = new Policies({
    ...base,
    personOf: (user, of) => people.workspaces.personOf(user, of),
    audienceOf: (of) => people.workspaces.audienceOf(of),
    toolAgesOf: (connector) => directory.toolAges(connector),
  })
  const vault = new Vault({ ...base, sealing })
  const links = createLinks({
    ...base,
    sealing,
    egress,
    upstream,
    vault,
    node,
    workspace,
    rule: { loopbackByHttp: settings.dangerouslyAllowPrivateAddresses },
    publicUrl: () => site.publicUrl,
    name: () => settings.instanceName,
    allows: async ({ user, workspace: of, slug, identity }) => {
      const { view } = await policies.of({ user, workspace: of })
      const denial = accountDenial(
        view.accountLimits(slug),
        { email: identity.email ?? undefined, identity: identity.id ?? undefined },
        view.policy.version,
      )
      if (denial !== null) throw new AccountNotAllowedError(denial)
    },
    onFault: (error) => log.warn({ err: error }, 'an account could not be renewed'),
  })
  const history = new History({ ...base, sealing })
  const files = new HandedFiles({ ...base, sealing, origin: () => site.publicUrl })
  const notices = new NoticeErasure({ ...base, kept: null })
  // What ends with an account, whether its person is erased or leaves the workspace.
  const ending: readonly EndingStep[] = [
    (person, at) => authorization.erasing(person, at),
    (person, at) => choices.erasing(person, at),
    (person) => links.linked.erasing(person),
    (person, at) => vault.erasing(person, at),
    (person) => files.erasing(person),
    (person) => feedback.erasing(person),
    (person, at) => notices.erasing(person, at),
  ]
  // What a hold keeps is not destroyed: the whole erasure waits.
  const mayBeErased: EndingStep = async ({ user }) => {
    await holds.requireUnheld(user)
    return []
  }
  const erasure = new Erasure({ ...base, sealing, steps: [mayBeErased, (person, at) => people.erasing(person.user, at), ...ending] })
  return { choices, approvals, approverInbox, policies, vault, links, history, files, ending, erasure }
}
