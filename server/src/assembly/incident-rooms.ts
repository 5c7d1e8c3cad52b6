import { readIncidentClocks } from '@handfast/contract'
import type { Settings } from '../config/index.ts'
import { isCallable } from '../directory/index.ts'
import { Complaints, FeedbackBox, Holds, Incidents, incidentHandlers, SecurityTxtLooks, SelfAssessments } from '../incidents/index.ts'
import { endingAll } from '../links/index.ts'
import type { Ground } from './ground.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

export type IncidentRooms = ReturnType<typeof buildIncidentRooms>

type Below = Pick<Ground, 'base' | 'sealing' | 'egress'> & { readonly settings: Pick<Settings, 'incidentClocks'> }

/** What goes wrong, what others complain about, what people think, and what has to be kept for all that. */
export function buildIncidentRooms(
  { settings, base, sealing, egress }: Below,
  { directory, lifecycle }: Pick<PublishingRooms, 'directory' | 'lifecycle'>,
) {
  const needs = { ...base, sealing }
  const incidents = new Incidents({
    ...needs,
    clocks: readIncidentClocks(settings.incidentClocks).clocks,
    stop: async (stopping) => {
      const { suspendedBy } = await lifecycle.statusOf(stopping.workspace, stopping.connector)
      if (!suspendedBy.includes('operator')) await lifecycle.suspend({ ...stopping, decidedAs: ['operator'] })
    },
    endingAll: (workspace, connector, ending, at) => endingAll(base.schedule, workspace, connector, ending, at),
  })
  const complaints = new Complaints(needs)
  const feedback = new FeedbackBox(needs)
  const holds = new Holds(needs)
  const selfAssessments = new SelfAssessments(base)
  const securityTxt = new SecurityTxtLooks({
    ...base,
    egress,
    origins: async (workspace, after, limit) =>
      (await directory.list(workspace, after, limit)).map(({ connector, origins, status }) => ({
        connector,
        origin: isCallable({ status }) ? (origins[0] ?? null) : null,
      })),
  })
  const handlers = { ...incidentHandlers(incidents, base), ...complaints.handlers(), ...securityTxt.handlers() }
  return { incidents, complaints, feedback, holds, selfAssessments, securityTxt, handlers }
}
