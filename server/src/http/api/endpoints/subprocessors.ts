import {
  addSubprocessor,
  connectorInPath,
  dataHandling,
  declareHandling,
  handlingDeclaration,
  handlingFields,
  subprocessor,
  subprocessorInPath,
} from '@handfast/contract'
import { z } from 'zod'
import type { HandlingDeclaration, Subprocessor } from '../../../developers/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { openAsMember, openPublished } from './connector-access.ts'
import { maybe } from './developer-views.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

/** Who handles data for the developer of a connector, and how it is handled (clause 7d-subcontractors). */
export function subprocessorEndpoints(rooms: PublishingRooms): readonly AnyEndpoint[] {
  const kept = rooms.developers.subprocessors
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/connectors/{slug}/data-handling',
      summary: 'Who handles data for a connector, and how its developer says that it handles data, with the history of both',
      policy: session(),
      ledger: { none: 'reading' },
      input: connectorInPath,
      output: dataHandling,
      handle: async ({ slug }, caller) => {
        const { workspace, connector } = await openPublished(rooms, slug, caller)
        const [subprocessors, declarations] = await Promise.all([kept.history(workspace, connector), kept.declarations(workspace, connector)])
        return { subprocessors: subprocessors.map(subprocessorView), declarations: declarations.map(declarationView) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connectors/{slug}/subprocessors',
      summary: 'Name somebody new who handles data for your connector; its users are told',
      policy: session(),
      ledger: 'subprocessor.added',
      input: addSubprocessor,
      output: subprocessor,
      status: 201,
      handle: async ({ slug, ...given }, caller) => {
        const { workspace, connector, name } = await openAsMember(rooms, slug, caller)
        return subprocessorView(await kept.add({ workspace, connector, name }, given, caller.user))
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/connectors/{slug}/subprocessors/{subprocessor}',
      summary: 'Somebody does not handle data for your connector any more',
      policy: session(),
      ledger: 'subprocessor.removed',
      input: subprocessorInPath,
      output: z.void(),
      handle: async ({ slug, subprocessor: id }, caller) => {
        const { workspace, connector, name } = await openAsMember(rooms, slug, caller)
        await kept.remove({ workspace, connector, name }, id, caller.user)
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/connectors/{slug}/data-handling',
      summary: 'Declare how your connector handles data',
      policy: session(),
      ledger: 'handling.declared',
      input: declareHandling,
      output: handlingDeclaration,
      handle: async ({ slug, ...declaration }, caller) => {
        const { workspace, connector, name } = await openAsMember(rooms, slug, caller)
        return declarationView(await kept.declare({ workspace, connector, name }, declaration, caller.user))
      },
    }),
  ]
}

function subprocessorView({ addedAt, removedAt, ...one }: Subprocessor) {
  return { ...one, addedAt: rfc3339(addedAt), removedAt: maybe(removedAt) }
}

function declarationView({ body, sha256, at }: HandlingDeclaration) {
  return { declaration: handlingFields.parse(body), sha256, at: rfc3339(at) }
}
