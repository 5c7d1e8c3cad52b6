import { assessSecurity, connectorBySlug, selfAssessments as listOfThem, securityTxtLook, selfAssessment } from '@handfast/contract'
import { unanswered } from '../../../incidents/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { RequestInvalidError } from '../request-errors.ts'
import { openAsMember, openInside } from './connector-access.ts'
import type { IncidentRooms } from './incident-rooms.ts'
import { securityTxtView, selfAssessmentView } from './incident-views.ts'

/** What developers say about the security of what stands behind a connector, and how they can be told of weaknesses. */
export function selfAssessmentEndpoints(rooms: IncidentRooms): readonly AnyEndpoint[] {
  const { selfAssessments, securityTxt } = rooms
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/self-assessments',
      summary: 'Answer the questions about security',
      policy: session('developer'),
      ledger: 'security.assessed',
      input: assessSecurity,
      output: selfAssessment,
      status: 201,
      handle: async ({ slug, answers }, caller) => {
        const { connector, developer } = await openAsMember(rooms, slug, caller)
        const [missing] = unanswered(answers)
        if (missing !== undefined) throw new RequestInvalidError(`/answers/${missing}`, 'each question has to be answered, also with not-applicable')
        return selfAssessmentView(await selfAssessments.give({ workspace: caller.workspace, connector, developer, by: caller.user, answers }), slug)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/self-assessments',
      summary: 'What was answered, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: connectorBySlug,
      output: listOfThem,
      handle: async ({ slug }, caller) => {
        const { connector } = await openInside(rooms, slug, caller)
        return { items: (await selfAssessments.list(caller.workspace, connector)).map((one) => selfAssessmentView(one, slug)) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/security-txt',
      summary: 'Where its developer takes reports of weaknesses, as found last; looked up where nobody has yet',
      policy: session(),
      ledger: { none: 'reading' },
      input: connectorBySlug,
      output: securityTxtLook,
      handle: async ({ slug }, caller) => {
        const { connector, origins } = await openInside(rooms, slug, caller)
        const [origin] = origins
        if (origin === undefined) throw new RequestInvalidError('/slug', 'the connector was never approved, so no address of it is known')
        return securityTxtView(
          (await securityTxt.last(caller.workspace, connector)) ?? (await securityTxt.look(caller.workspace, connector, origin)),
          slug,
        )
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/security-txt',
      summary: 'Look at it again',
      policy: session('operator', 'reviewer', 'developer'),
      ledger: { none: 'what stands at a public address; the answer is kept' },
      input: connectorBySlug,
      output: securityTxtLook,
      handle: async ({ slug }, caller) => {
        const { connector, origins } = await openInside(rooms, slug, caller)
        const [origin] = origins
        if (origin === undefined) throw new RequestInvalidError('/slug', 'the connector was never approved, so no address of it is known')
        return securityTxtView(await securityTxt.look(caller.workspace, connector, origin), slug)
      },
    }),
  ]
}
