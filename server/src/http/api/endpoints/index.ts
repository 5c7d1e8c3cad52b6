import type { AnyEndpoint } from '../endpoint.ts'
import { accountEndpoints } from './accounts.ts'
import { ageEndpoints } from './ages.ts'
import { approvalRequestEndpoints } from './approval-requests.ts'
import { approvalEndpoints } from './approvals.ts'
import { assertionEndpoints } from './assertions.ts'
import { type AssistantRooms, assistantEndpoints } from './assistants.ts'
import { type AuditRooms, auditEndpoints } from './audit.ts'
import { authorizationEndpoints } from './authorizations.ts'
import { callEndpoints } from './calls.ts'
import { clockEndpoints } from './clock.ts'
import { complaintEndpoints } from './complaints.ts'
import { type AccessRooms, credentialUseEndpoints } from './credential-uses.ts'
import { credentialEndpoints } from './credentials.ts'
import { directoryEndpoints } from './directory.ts'
import { feedbackEndpoints } from './feedback.ts'
import { type FileRooms, fileEndpoints } from './files.ts'
import { grantEndpoints } from './grants.ts'
import { groupEndpoints } from './groups.ts'
import { holdEndpoints } from './holds.ts'
import type { IncidentRooms } from './incident-rooms.ts'
import { incidentEndpoints } from './incidents.ts'
import { instanceEndpoints } from './instance.ts'
import { jobEndpoints } from './jobs.ts'
import { type KeyRooms, keyEndpoints } from './keys.ts'
import { levelEndpoints } from './levels.ts'
import { myDataEndpoints } from './my-data.ts'
import { myPolicyEndpoints } from './my-policy.ts'
import { noticeFindingEndpoints } from './notice-findings.ts'
import { oauthClientEndpoints } from './oauth-clients.ts'
import { peopleEndpoints } from './people.ts'
import { type PlatformRooms, platformEndpoints } from './platform.ts'
import { policyEndpoints } from './policies.ts'
import { PublicDoor } from './public-door.ts'
import { publishingEndpoints } from './publishing.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { receiptEndpoints } from './receipts.ts'
import type { PeopleRooms, SiteFacts, UserRooms } from './rooms.ts'
import { securityEndpoints } from './security.ts'
import { selfAssessmentEndpoints } from './self-assessments.ts'
import { sessionEndpoints } from './session.ts'
import { signInEndpoints } from './sign-in.ts'
import { simulateEndpoints } from './simulate.ts'
import { tokenEndpoints } from './tokens.ts'
import type { WorkspaceRooms } from './workspace-rooms.ts'
import { workspaceEndpoints } from './workspaces.ts'

/** The rooms that the control API opens into. */
export type ApiRooms = PeopleRooms &
  AuditRooms &
  AssistantRooms &
  UserRooms &
  WorkspaceRooms &
  PublishingRooms &
  PlatformRooms &
  KeyRooms &
  AccessRooms &
  FileRooms &
  IncidentRooms

/** Every endpoint of the control API, one list per subject. */
export function allEndpoints(rooms: ApiRooms, site: SiteFacts): readonly AnyEndpoint[] {
  const door = new PublicDoor(site.clock, rooms.home)
  return [
    ...instanceEndpoints(rooms, site),
    ...sessionEndpoints(rooms),
    ...signInEndpoints(rooms),
    ...securityEndpoints(rooms),
    ...auditEndpoints(rooms, site),
    ...peopleEndpoints(rooms, site),
    ...tokenEndpoints(rooms),
    ...grantEndpoints(rooms),
    ...authorizationEndpoints(rooms),
    ...assistantEndpoints(rooms),
    ...assertionEndpoints(rooms, site),
    ...directoryEndpoints(rooms, site),
    ...receiptEndpoints(rooms),
    ...ageEndpoints(rooms),
    ...noticeFindingEndpoints(rooms),
    ...jobEndpoints(rooms),
    ...clockEndpoints(site),
    ...credentialEndpoints(rooms),
    ...fileEndpoints(rooms),
    ...credentialUseEndpoints(rooms),
    ...accountEndpoints(rooms),
    ...oauthClientEndpoints(rooms),
    ...levelEndpoints(rooms),
    ...approvalEndpoints(rooms, site),
    ...approvalRequestEndpoints(rooms, site),
    ...workspaceEndpoints(rooms, site),
    ...groupEndpoints(rooms),
    ...policyEndpoints(rooms, site),
    ...simulateEndpoints(rooms, site),
    ...myPolicyEndpoints(rooms),
    ...callEndpoints(rooms),
    ...myDataEndpoints(rooms, site),
    ...publishingEndpoints(rooms, site),
    ...platformEndpoints(rooms),
    ...keyEndpoints(rooms),
    ...incidentEndpoints(rooms, site.clock, door),
    ...complaintEndpoints(rooms, site.clock, door),
    ...feedbackEndpoints(rooms),
    ...holdEndpoints(rooms),
    ...selfAssessmentEndpoints(rooms),
  ]
}
