import {
  beginList,
  decideMatch,
  listAddresses,
  listInPath,
  listPart,
  type PartyCheckView,
  type PartyListView,
  pageOf,
  partyCheck,
  partyChecksQuery,
  partyList,
  partyLists,
  partyRulesFields,
  partyRulesView,
  setEmbargoes,
} from '@handfast/contract'
import { z } from 'zod'
import { DeciderNotOperatorError, OUTDATED, type PartyCheck, type PartyList, type PartyRules } from '../../../developers/index.ts'
import { type DeveloperId, rfc3339, type UserId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { operator, session } from '../policy.ts'
import { maybe } from './developer-views.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import type { SiteFacts } from './rooms.ts'

/** Party checks: switched on by the operator, decided by people (clause 7c-export). */
export function partyCheckEndpoints(
  { developers, people }: Pick<PublishingRooms, 'developers' | 'people'>,
  { clock }: Pick<SiteFacts, 'clock'>,
): readonly AnyEndpoint[] {
  const { parties } = developers
  const rulesOf = async (workspace: Parameters<typeof parties.rules.inForce>[0]) => {
    const history = await parties.settings.history(workspace)
    return {
      enabled: history[0]?.enabled === true,
      inForce: history[0] === undefined ? null : rulesView(history[0]),
      history: history.map(rulesView),
    }
  }
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/party-checks/rules',
      summary: 'Whether party checks are on, under which law, on what basis, and who decides',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: partyRulesView,
      handle: async (_, { workspace }) => await rulesOf(workspace),
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/party-checks/rules',
      summary: 'Switch party checks on or off: name the law, the basis and who decides',
      policy: operator,
      fresh: true,
      ledger: 'party.switched_on',
      input: partyRulesFields,
      output: partyRulesView,
      handle: async (rules, { workspace, user }) => {
        for (const [at, decider] of rules.deciders.entries()) {
          const { roles, disabledAt } = await people.account(decider as UserId)
          if (disabledAt !== null || !roles.includes('operator')) throw new DeciderNotOperatorError(at)
        }
        await parties.settings.set(workspace, { ...rules, deciders: rules.deciders as UserId[] }, user)
        return await rulesOf(workspace)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/party-checks/lists',
      summary: 'The lists that are compared with, their editions and their age',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: partyLists,
      handle: async (_, { workspace }) => {
        const [lists, addresses, table] = await Promise.all([
          parties.lists.store.list(workspace),
          parties.lists.addresses(workspace),
          parties.embargoes.inForce(workspace),
        ])
        return {
          lists: lists.map((list) => listView(list, clock.now())),
          addresses: Object.entries(addresses).map(([source, files]) => ({ source: source as PartyList['source'], files: { ...files } })),
          embargoes: { date: table.date, sha256: table.sha256, own: table.own, territories: table.table.territories.length },
        }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/party-checks/lists',
      summary: 'Begin to hand in an edition of a list, in parts',
      policy: operator,
      ledger: { none: 'nothing is in force before it was read; that is recorded then' },
      input: beginList,
      output: partyList,
      status: 201,
      handle: async ({ source, publishedOn }, { workspace, user }) =>
        listView(await parties.lists.begin(workspace, source, publishedOn, user), clock.now()),
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/party-checks/lists/{list}/parts',
      summary: 'Hand in a part of a file of a list',
      policy: operator,
      ledger: { none: 'nothing is in force before it was read; that is recorded then' },
      mostBytes: 1_048_576,
      input: listPart,
      output: z.void(),
      handle: async ({ list, file, number, base64 }, { workspace }) =>
        parties.lists.addPart(workspace, list, file, number, Buffer.from(base64, 'base64')),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/party-checks/lists/{list}/finish',
      summary: 'All parts are there: have the list read',
      policy: operator,
      ledger: { none: 'nothing is in force before it was read; that is recorded then' },
      input: listInPath,
      output: z.void(),
      handle: async ({ list }, { workspace }) => parties.lists.finish(workspace, list),
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/party-checks/lists/addresses',
      summary: 'Say where a list is fetched from, twice a day, or that it is not',
      policy: operator,
      ledger: 'list.addressed',
      input: listAddresses,
      output: z.void(),
      handle: async ({ source, files }, { workspace, user }) => parties.lists.setAddresses(workspace, source, files, user),
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/party-checks/embargoes',
      summary: 'Put your own table of embargoes in force',
      policy: operator,
      ledger: 'embargoes.set',
      mostBytes: 600_000,
      input: setEmbargoes,
      output: z.void(),
      handle: async ({ text }, { workspace, user }) => parties.settings.setEmbargoes(workspace, text, user),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/party-checks',
      summary: 'What was compared and found, newest first',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: partyChecksQuery,
      output: pageOf(partyCheck),
      handle: async ({ developer, open, limit, cursor }, { workspace }, { cursors }) => {
        const of = developer === undefined ? {} : { developer: developer as DeveloperId }
        const found = await parties.checks.list(workspace, { ...of, open, after: cursors.open(cursor), limit: limit + 1 })
        const items = found.slice(0, limit).map(checkView)
        return { items, nextCursor: found.length > limit ? cursors.seal(items.at(-1)?.id ?? '') : null }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/party-checks/{check}/decision',
      summary: 'Say whether a match is the same party, and why',
      policy: operator,
      ledger: 'party.decided',
      input: decideMatch,
      output: partyCheck,
      handle: async ({ check, source, entry, verdict, reason }, { workspace, user }) =>
        checkView(
          await parties.checks.decide(workspace, check, { source: source as PartyCheck['matches'][number]['source'], entry }, verdict, reason, user),
        ),
    }),
  ]
}

function rulesView({ at, deciders, ...rules }: PartyRules) {
  return { ...rules, deciders: [...deciders], at: rfc3339(at) }
}

function listView(list: PartyList, now: number): PartyListView {
  const { id, source, state, sha256, publishedOn, entries, bytes, origin, at, seenAt, failure } = list
  const outdated = state === 'in-force' && now - seenAt >= OUTDATED
  return { id, source, state, sha256, publishedOn, entries, bytes, origin, at: rfc3339(at), seenAt: rfc3339(seenAt), outdated, failure }
}

function checkView(check: PartyCheck): PartyCheckView {
  const { id, developer, party, because, answer, lists, hold, at, expiresAt, settledAt, matches } = check
  return {
    id,
    developer,
    party,
    because,
    answer,
    lists: lists.map((one) => ({ ...one, seenAt: rfc3339(one.seenAt) })),
    hold: hold as PartyCheckView['hold'],
    at: rfc3339(at),
    expiresAt: maybe(expiresAt),
    settledAt: maybe(settledAt),
    matches: matches.map(({ entrySha256: _, decidedAt, ...match }) => ({ ...match, decidedAt: maybe(decidedAt) })),
  }
}
