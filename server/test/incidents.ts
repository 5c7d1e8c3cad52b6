import { buildIncidentRooms } from '../src/assembly/index.ts'
import { createEgress } from '../src/egress/index.ts'
import type { Sealing } from '../src/sealing/index.ts'
import type { PublishingRooms } from './publishing.ts'

export type IncidentRooms = ReturnType<typeof incidentRoomsOver>

/** The rooms of reports, complaints, feedback and holds over those of publishing. */
export function incidentRoomsOver(publishing: PublishingRooms, sealing: Sealing) {
  const egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: true })
  return buildIncidentRooms({ settings: { incidentClocks: ['gdpr-authority'] }, base: publishing, sealing, egress }, publishing)
}
