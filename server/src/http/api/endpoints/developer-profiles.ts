import {
  addOwner,
  declaredOwner,
  developerFinding,
  developerInPath,
  developerProfile,
  developerStanding,
  exportStatements,
  exportStatementsView,
  exportStatementWords,
  makeStatements,
  ownerInPath,
  pageOf,
  pageQuery,
  setProfile,
} from '@handfast/contract'
import { z } from 'zod'
import { statementEdition } from '../../../developers/index.ts'
import { type DeveloperId, rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { contactView, domainView, findingView, openDeveloper, profileView } from './developer-views.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import type { SiteFacts } from './rooms.ts'

/** What organisations say about themselves. */
export function developerProfileEndpoints(
  { developers }: Pick<PublishingRooms, 'developers'>,
  { clock }: Pick<SiteFacts, 'clock'>,
): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}',
      summary: 'An organisation: what it says about itself, what of it is proven, and what is lacking',
      policy: session(),
      ledger: { none: 'reading' },
      input: developerInPath,
      output: developerStanding,
      handle: async ({ id }, caller) => {
        const { workspace } = caller
        const { name, country } = await openDeveloper(developers, id, caller)
        const developer = id as DeveloperId
        const [profile, contacts, domains, lacking, statementsDue, holds, findings] = await Promise.all([
          developers.profiles.of(workspace, developer),
          developers.contacts.list(workspace, developer),
          developers.domains.list(workspace, developer),
          developers.lacking(workspace, developer),
          developers.statementsDue(workspace, developer),
          developers.holds.list(workspace, { developer, open: true }),
          developers.findings.list(workspace, { developer, open: true, after: null, limit: 200 }),
        ])
        return {
          id: developer,
          name,
          country,
          profile: profileView(profile),
          contacts: contacts.map((one) => contactView(one, clock.now())),
          domains: domains.map(domainView),
          lacking,
          statementsDue,
          held: holds.length > 0,
          openFindings: findings.length,
        }
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/developers/{id}/profile',
      summary: 'Say who your organisation is: register, address, pages',
      policy: session(),
      ledger: 'developer.changed',
      input: setProfile,
      output: developerProfile,
      handle: async ({ id, ...profile }, { workspace, user }) => {
        const developer = id as DeveloperId
        await developers.requireMember(workspace, developer, user, 'owner')
        await developers.profiles.set(workspace, developer, profile, user)
        return profileView(await developers.profiles.of(workspace, developer))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}/owners',
      summary: 'Declared owners of your organisation',
      policy: session(),
      ledger: { none: 'reading' },
      input: developerInPath,
      output: z.object({ items: z.array(declaredOwner).readonly() }),
      handle: async ({ id }, { workspace, user }) => {
        const developer = id as DeveloperId
        await developers.requireMember(workspace, developer, user, 'owner')
        return { items: (await developers.profiles.owners(workspace, developer)).map((one) => ({ ...one, aliases: [...one.aliases] })) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developers/{id}/owners',
      summary: 'Declare who owns or controls your organisation',
      policy: session(),
      ledger: 'developer.changed',
      input: addOwner,
      output: declaredOwner,
      status: 201,
      handle: async ({ id, ...owner }, { workspace, user }) => {
        const developer = id as DeveloperId
        await developers.requireMember(workspace, developer, user, 'owner')
        const added = await developers.profiles.addOwner(workspace, developer, owner, user)
        return { ...added, aliases: [...added.aliases] }
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/developers/{id}/owners/{owner}',
      summary: 'Take back a declared owner; what was kept about them is destroyed',
      policy: session(),
      ledger: 'developer.changed',
      input: ownerInPath,
      output: z.void(),
      handle: async ({ id, owner }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user, 'owner')
        await developers.profiles.removeOwner(workspace, id as DeveloperId, owner, user)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}/statements',
      summary: 'The four statements about export control: the sentences, and what was said',
      policy: session(),
      ledger: { none: 'reading' },
      input: developerInPath,
      output: exportStatementsView,
      handle: async ({ id }, caller) => {
        await openDeveloper(developers, id, caller)
        const developer = id as DeveloperId
        const last = await developers.statements.last(caller.workspace, developer)
        return {
          edition: statementEdition,
          sentences: exportStatements.map((name) => ({ name, text: exportStatementWords[name] })),
          due: await developers.statementsDue(caller.workspace, developer),
          last: last === null ? null : { edition: last.edition, answers: last.answers, at: rfc3339(last.at) },
        }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developers/{id}/statements',
      summary: 'Make the four statements for your organisation',
      policy: session(),
      ledger: 'developer.stated',
      input: makeStatements,
      output: z.void(),
      handle: async ({ id, edition, answers }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user, 'owner')
        await developers.state(workspace, id as DeveloperId, edition, answers, user)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}/findings',
      summary: 'What your organisation says about itself and what is not so any more',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery.extend({ id: developerInPath.shape.id, open: z.stringbool().default(false) }),
      output: pageOf(developerFinding),
      handle: async ({ id, open, limit, cursor }, caller, { cursors }) => {
        const { id: developer } = await openDeveloper(developers, id, caller)
        const found = await developers.findings.list(caller.workspace, { developer, open, after: cursors.open(cursor), limit: limit + 1 })
        const items = found.slice(0, limit).map(findingView)
        return { items, nextCursor: found.length > limit ? cursors.seal(items.at(-1)?.id ?? '') : null }
      },
    }),
  ]
}
