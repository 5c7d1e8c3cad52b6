import {
  affected,
  affectedQuery,
  amendIncident,
  closeIncident,
  containIncident,
  incidentDetail,
  incidentInPath,
  incidentSummary,
  incidentsQuery,
  meetClock,
  noteIncident,
  pageOf,
  receivedReport,
  reportIncident,
  reportVulnerability,
  tellAffected,
  told,
} from '@handfast/contract'
import type { z } from 'zod'
import { exportText } from '../../../history/index.ts'
import { type Incident, nextClock } from '../../../incidents/index.ts'
import { type Clock, type JsonObject, rfc3339, type UserId, type WorkspaceId } from '../../../lib/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, Download, download, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { everybody, operator, session } from '../policy.ts'
import { isMember, openInside } from './connector-access.ts'
import { type IncidentRooms, narrowedTo, slugs } from './incident-rooms.ts'
import { incidentSummaryView, incidentView } from './incident-views.ts'
import type { PublicDoor } from './public-door.ts'

const ms = (time: string): number => Date.parse(time)
const seesAllIncidents = ({ roles }: Caller) => roles.includes('operator') || roles.includes('auditor')

/** Breaches and weaknesses: reported by anybody, followed up by the operator. */
export function incidentEndpoints(rooms: IncidentRooms, clock: Clock, door: PublicDoor): readonly AnyEndpoint[] {
  const { incidents, directory } = rooms
  const slugOf = slugs(rooms)
  const shown = async (incident: Incident) => incidentView(incident, await slugOf(incident.connector), clock.now())

  /** For whoever may see it: operators and auditors each one, members of a developer those about their connectors. */
  async function visible(id: string, caller: Caller): Promise<Incident> {
    const incident = await incidents.get(caller.workspace, id)
    if (!seesAllIncidents(caller)) await openInside(rooms, (await slugOf(incident.connector)) ?? '', caller)
    return incident
  }

  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/incidents',
      summary: 'Report a breach or a weakness of your connector, or as operator of anything',
      policy: session('developer', 'operator'),
      ledger: 'incident.reported',
      input: reportIncident,
      output: incidentDetail,
      status: 201,
      handle: async ({ kind, connector, awareAt, from, to, facts }, caller) => {
        const standing = connector === undefined ? null : await openInside(rooms, connector, caller)
        const isOwn = standing !== null && (await isMember(rooms, standing, caller))
        const given = {
          workspace: caller.workspace,
          kind,
          source: isOwn ? ('developer' as const) : ('operator' as const),
          connector: standing?.connector ?? null,
          developer: standing?.developer ?? null,
          by: caller.user,
          awareAt: awareAt === undefined ? clock.now() : Math.min(ms(awareAt), clock.now()),
          from: from === undefined ? null : ms(from),
          to: to === undefined ? null : ms(to),
          facts: facts as JsonObject,
        }
        return await shown(await incidents.report(given))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/vulnerability-reports',
      summary: 'Report a weakness without an account',
      policy: everybody('whoever finds a weakness has no account here; what comes in is bounded and read by a person'),
      ledger: 'incident.reported',
      input: reportVulnerability,
      output: receivedReport,
      status: 201,
      handle: async ({ connector, nature, contact, isPublic }, visitor) => {
        door.knock(visitor, contact ?? null)
        const { workspace } = door
        const standing = connector === undefined ? null : await directory.bySlug(workspace, connector)
        const incident = await incidents.report({
          workspace,
          kind: 'vulnerability',
          source: 'outsider',
          connector: standing?.connector ?? null,
          developer: standing?.developer ?? null,
          by: '',
          awareAt: clock.now(),
          from: null,
          to: null,
          facts: { nature, isPublic, ...(contact === undefined ? {} : { contact }) },
        })
        return { id: incident.id, acknowledgeBy: rfc3339(nextClock(incident.clocks)?.dueAt ?? clock.now()) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/incidents',
      summary: 'Reports of breaches and weaknesses, newest first: all for operators, those about their connectors for developers',
      policy: session('operator', 'auditor', 'developer'),
      ledger: { none: 'reading' },
      input: incidentsQuery,
      output: pageOf(incidentSummary),
      handle: async ({ state, connector, ...query }, caller, exchange) => {
        const connectors = await narrowedTo(rooms, caller, connector, seesAllIncidents(caller))
        const only = connectors === null ? {} : { connectors }
        const page = await paged(
          query,
          exchange,
          (before, limit) => incidents.list(caller.workspace, { ...only, before, limit }),
          ({ id }) => id,
        )
        const items = page.items.filter((one) => state === undefined || one.state === state)
        return { ...page, items: await Promise.all(items.map(async (one) => incidentSummaryView(one, await slugOf(one.connector), clock.now()))) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/incidents/{id}',
      summary: 'A report with its deadlines and all that happened since',
      policy: session('operator', 'auditor', 'developer'),
      ledger: { none: 'reading' },
      input: incidentInPath,
      output: incidentDetail,
      handle: async ({ id }, caller) => shown(await visible(id, caller)),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/incidents/{id}/timeline',
      summary: 'The same as one file, to hand on',
      policy: session('operator', 'auditor'),
      ledger: { none: 'the report stays; who reads it is an operator or an auditor' },
      input: incidentInPath,
      output: download,
      handle: async ({ id }, { workspace }) => {
        const incident = await shown(await incidents.get(workspace, id))
        return new Download(
          `handfast-incident-${id}.json`,
          exportText({ exportedAt: async () => rfc3339(clock.now()), incident: async () => incident }),
        )
      },
    }),
    ...steps(rooms, clock),
  ]
}

/** What the operator does about one. Each answers with how it stands then. */
function steps(rooms: IncidentRooms, clock: Clock): readonly AnyEndpoint[] {
  const { incidents } = rooms
  const slugOf = slugs(rooms)
  const step = <Input extends { readonly id: string }>(
    name: string,
    summary: string,
    input: z.ZodType<Input>,
    act: (input: Input, workspace: WorkspaceId, by: UserId) => Promise<void>,
    ledger: 'incident.changed' | 'incident.contained' = 'incident.changed',
  ) =>
    endpoint({
      method: 'POST',
      path: `/api/v1/incidents/{id}/${name}`,
      summary,
      policy: operator,
      ledger,
      input,
      output: incidentDetail,
      handle: async (given, { workspace, user }) => {
        await act(given, workspace, user)
        const incident = await incidents.get(workspace, given.id)
        return incidentView(incident, await slugOf(incident.connector), clock.now())
      },
    })
  return [
    step('acknowledge', 'Say that somebody reads it', incidentInPath, ({ id }, workspace, by) => incidents.acknowledge(workspace, id, by)),
    step('notes', 'Write something down', noteIncident, ({ id, note }, workspace, by) => incidents.note(workspace, id, note, by)),
    step('facts', 'Say what is known now', amendIncident, async ({ id, facts, from, to }, workspace, by) => {
      const { from: begin, to: end } = await incidents.get(workspace, id)
      const at = (given: string | null | undefined, before: number | null) => (given === undefined ? before : given === null ? null : ms(given))
      await incidents.amend(workspace, id, facts, { from: at(from, begin), to: at(to, end) }, by)
    }),
    step('clocks', 'Say that a deadline was met', meetClock, ({ id, clock: which, note }, workspace, by) =>
      incidents.meetClock(workspace, id, which, note, by),
    ),
    step(
      'containment',
      'Stop calls, end accounts, or both',
      containIncident,
      ({ id, suspend, revoke, renew, reason }, workspace, by) => incidents.contain(workspace, id, { suspend, revoke, renew, reason }, by),
      'incident.contained',
    ),
    step('close', 'Close it', closeIncident, ({ id, note }, workspace, by) => incidents.close(workspace, id, note, by)),
    step('reopen', 'Go on with it', closeIncident, ({ id, note }, workspace, by) => incidents.reopen(workspace, id, note, by)),
    endpoint({
      method: 'GET',
      path: '/api/v1/incidents/{id}/affected',
      summary: 'Exactly whose calls went to the connector in a time, as the ledger says',
      policy: operator,
      ledger: { none: 'reading' },
      input: affectedQuery,
      output: affected,
      handle: async ({ id, from, to }, { workspace }) => {
        const people = await incidents.affected(workspace, id, ms(from), ms(to))
        return {
          people: people.length,
          calls: people.reduce((sum, { calls }) => sum + calls, 0),
          items: people
            .slice(0, 1_000)
            .map(({ user, calls, first, last, tools }) => ({ user, calls, first: rfc3339(first), last: rfc3339(last), tools })),
        }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/incidents/{id}/tell',
      summary: 'Have everybody told who was affected',
      policy: operator,
      ledger: 'incident.told',
      fresh: true,
      input: tellAffected,
      output: told,
      status: 202,
      handle: async ({ id, from, to, title, body }, { workspace, user }) => ({
        people: await incidents.tell(workspace, id, { title, body, from: ms(from), to: ms(to) }, user),
      }),
    }),
  ]
}
