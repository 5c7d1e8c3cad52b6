import {
  agreementExport,
  amendment,
  amendmentInPath,
  amendments,
  chooseChange,
  chosen,
  developerAmendments,
  inForce,
  inForceQuery,
  proposeAmendment,
  signAmendment,
} from '@handfast/contract'
import type { ConnectorStanding } from '../../../directory/index.ts'
import { DAY, type DeveloperId, rfc3339 } from '../../../lib/index.ts'
import { AmendmentNotFoundError, AuthorityMissingError, agreementPage } from '../../../terms/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, Download, download, endpoint } from '../endpoint.ts'
import { operator, session } from '../policy.ts'
import { RequestInvalidError } from '../request-errors.ts'
import { openAgreement, openAsMember } from './connector-access.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { readsFor } from './terms.ts'
import { amendmentView, heldView } from './terms-views.ts'

/** What was agreed on about a connector, at any time; and what one developer alone signs. */
export function connectorTermsEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const { terms, developers } = rooms
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/terms',
      summary: 'Which documents were in force for a connector at a time, and how they came to bind it',
      policy: session(),
      ledger: { none: 'reading' },
      input: inForceQuery,
      output: inForce,
      handle: async ({ slug, on }, caller) => {
        const { workspace, connector, developer } = await openTerms(slug, caller)
        const [found, pending] = await Promise.all([
          terms.inForceFor(workspace, connector, momentOf(on, terms.now())),
          terms.pending(workspace, connector),
        ])
        // What somebody who had it before agreed to is theirs.
        if (found.developer !== developer) await readsFor(rooms, found.developer, caller)
        return {
          connector,
          slug,
          developer: found.developer,
          at: rfc3339(found.at),
          ended: found.ended,
          documents: found.documents.map(({ since, held, ...one }) => ({ ...one, since: rfc3339(since), held: held.map(heldView) })),
          unbound: found.unbound.map(({ document, held }) => ({ document, held: held.map(heldView) })),
          amendments: found.amendments.map(amendmentView),
          pending: pending.map(({ change, from, chosen: said }) => ({
            change: change.id,
            document: change.document,
            label: change.label,
            from: rfc3339(from),
            chosen: said,
          })),
        }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/terms/choices',
      summary: 'Say about a change that is to come whether you accept it already, or publish on and keep the right to leave before',
      policy: session('developer'),
      ledger: 'terms.chosen',
      input: chooseChange,
      output: chosen,
      status: 201,
      handle: async ({ slug, change, choice, onBehalfOf, authorityAttested }, caller) => {
        const { workspace, connector, developer } = await openAsMember(rooms, slug, caller)
        const { id, name, country } = await developers.get(workspace, developer)
        if (choice === 'accept' && !authorityAttested) throw new AuthorityMissingError()
        const { user: by, address } = caller
        const whom = { id, name, country }
        const given = await terms.choose({ workspace, connector, change, choice, developer: whom, by, onBehalfOf, authorityAttested, address })
        return { change, choice, acceptance: given === null ? null : (given.id as `acc_${string}`) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/agreement/export',
      summary: 'The whole agreement about a connector: documents in their exact words, acceptances, changes, decisions, notices',
      policy: session(),
      ledger: { none: 'reading' },
      input: agreementExport,
      output: download,
      handle: async ({ slug, format }, caller) => {
        const standing = await openTerms(slug, caller)
        const { id, name, country } = await developers.get(standing.workspace, standing.developer)
        const connector = { id: standing.connector, slug: standing.slug, name: standing.name }
        const found = await terms.agreement({ workspace: standing.workspace, connector, developer: { id, name, country } })
        return format === 'html'
          ? new Download(`agreement-${slug}.html`, pieces(agreementPage(found)), 'text/html; charset=utf-8')
          : new Download(`agreement-${slug}.json`, pieces(`${found.text}\n`))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/developers/{id}/amendments',
      summary: 'Documents between the operator and one developer alone, oldest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: developerAmendments,
      output: amendments,
      handle: async ({ id }, caller) => {
        await readsFor(rooms, id as DeveloperId, caller)
        return { items: (await terms.amendments.of(caller.workspace, id as DeveloperId)).map(amendmentView) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developers/{id}/amendments',
      summary: 'Sign a document for the operator and offer it to one developer; it holds once they sign it too',
      policy: operator,
      ledger: 'amendment.proposed',
      input: proposeAmendment,
      output: amendment,
      status: 201,
      handle: async ({ id, connector: slug, title, body }, { workspace, user: by }) => {
        const developer = (await developers.get(workspace, id as DeveloperId)).id
        const standing = slug === null ? null : await rooms.directory.bySlug(workspace, slug)
        if (standing !== null && standing.developer !== developer) throw new AmendmentNotFoundError()
        return amendmentView(await terms.amendments.propose({ workspace, developer, connector: standing?.connector ?? null, title, body, by }))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/amendments/{id}/sign',
      summary: 'Sign an amendment for your organisation, exactly as you read it; it holds from then',
      policy: session('developer'),
      ledger: 'amendment.signed',
      fresh: true,
      input: signAmendment,
      output: amendment,
      handle: async ({ id, sha256, authorityAttested }, { workspace, user, address }) => {
        const found = await terms.amendments.get(workspace, id)
        await memberOf(found.developer, workspace, user)
        return amendmentView(await terms.amendments.sign(workspace, id, { by: user, sha256, authorityAttested, address }))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/amendments/{id}/withdraw',
      summary: 'Take an amendment back, or decline it, before both have signed',
      policy: session(),
      ledger: 'amendment.withdrawn',
      input: amendmentInPath,
      output: amendment,
      handle: async ({ id }, { workspace, user, roles }) => {
        const found = await terms.amendments.get(workspace, id)
        if (!roles.includes('operator')) await memberOf(found.developer, workspace, user)
        return amendmentView(await terms.amendments.withdraw(workspace, id, user))
      },
    }),
  ]

  /** What was agreed on is for the two sides and for auditors: reviewers see a connector whole, and nothing of that. @throws ConnectorNotFoundError, NotAMemberError */
  async function openTerms(slug: string, caller: Caller): Promise<ConnectorStanding> {
    const standing = await openAgreement(rooms, slug, caller)
    await readsFor(rooms, standing.developer, caller)
    return standing
  }

  /** Others learn nothing, not even that there is one. */
  async function memberOf(developer: DeveloperId, workspace: Caller['workspace'], user: Caller['user']): Promise<void> {
    if ((await developers.roleOf(workspace, developer, user)) === undefined) throw new AmendmentNotFoundError()
  }
}

/**
 * A day means its end, in UTC, or now where it is today: what came into force during the day was in force on it.
 * @throws RequestInvalidError where it is still to come: nobody knows yet what will have been said by then
 */
function momentOf(text: string | undefined, now: number): number {
  if (text === undefined) return now
  const from = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text)
  if (from > now) throw new RequestInvalidError('/on', 'it is still to come; leave it out, and `pending` says what may change')
  return text.length === 10 ? Math.min(from + DAY - 1, now) : from
}

async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 65_536) yield text.slice(at, at + 65_536)
}
