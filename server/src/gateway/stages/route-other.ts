import type { ReleaseContent, ReleaseTool } from '@handfast/contract'
import type { ConnectorStanding } from '../../directory/index.ts'
import { isObject, type JsonObject } from '../../lib/index.ts'
import { matchesTemplate, type OtherMethod, usableUri } from '../../protocol/mcp/index.ts'
import { gain, type Identified, type Routed } from '../call.ts'
import { ConnectorUnavailableError, NothingToCompleteError, UnknownPromptError, UnknownResourceError, UnknownToolError } from '../gateway-errors.ts'
import { splitName, splitUri } from '../merged-names.ts'

/** Stands for a request that is no call of a tool wherever the pipeline speaks of one: in levels of approval, limits and the record. */
function standIn(name: OtherMethod): ReleaseTool {
  return { name, description: '', inputSchema: { type: 'object' }, effect: 'read', consequential: false }
}
const standIns: Readonly<Record<OtherMethod, ReleaseTool>> = {
  'resources/read': standIn('resources/read'),
  'resources/subscribe': standIn('resources/subscribe'),
  'prompts/get': standIn('prompts/get'),
  'completion/complete': standIn('completion/complete'),
}

type FindStanding = (slug: string) => Promise<ConnectorStanding>

/**
 * Which connector, and whether what is asked for stands in its reviewed release. What the review did not see is not there, whatever the connector says
 * about it today.
 * @throws UnknownResourceError | UnknownPromptError | NothingToCompleteError | ConnectorUnavailableError
 */
export async function routeOther(call: Identified, method: OtherMethod, find: FindStanding): Promise<Routed> {
  const byUri =
    method === 'resources/read' ||
    method === 'resources/subscribe' ||
    (method === 'completion/complete' && isResourceReference(call.arguments['ref']))
  const unknown = (): Error => (byUri ? new UnknownResourceError(call.name) : new UnknownPromptError(call.name))
  const split = call.scope !== null ? { slug: call.scope, own: call.name } : byUri ? splitUri(call.name) : splitName(call.name)
  if (split === undefined) throw unknown()
  const standing = await find(split.slug).catch((error) => {
    throw error instanceof UnknownToolError ? unknown() : error
  })
  const { release } = standing
  if (release === null) throw new ConnectorUnavailableError(standing.name, standing.status, standing.statusReason)
  const params = paramsOf(method, split.own, call, release.content)
  if (params === undefined) throw unknown()
  return gain(call, { standing, release, tool: standIns[method], other: { method, params }, arguments: params })
}

/** What goes to the connector; undefined where its reviewed release has nothing of the kind. */
function paramsOf(method: OtherMethod, own: string, call: Identified, content: ReleaseContent): JsonObject | undefined {
  switch (method) {
    case 'resources/read':
      return isReviewedResource(content, own) ? { uri: own } : undefined
    case 'resources/subscribe':
      return content.offers?.includes('subscriptions') === true && isReviewedResource(content, own) ? { uri: own } : undefined
    case 'prompts/get':
      return content.prompts?.some(({ name }) => name === own) === true ? { name: own, arguments: call.arguments } : undefined
    case 'completion/complete': {
      const { ref, argument, context } = call.arguments
      const known = isResourceReference(ref)
        ? content.resourceTemplates?.some(({ uriTemplate }) => uriTemplate === own)
        : content.prompts?.some(({ name }) => name === own)
      if (known !== true) return undefined
      if (content.offers?.includes('completions') !== true) throw new NothingToCompleteError()
      const about = isResourceReference(ref) ? { type: 'ref/resource', uri: own } : { type: 'ref/prompt', name: own }
      return { ref: about, argument, ...(context === undefined ? {} : { context }) }
    }
  }
}

export function isReviewedResource(content: ReleaseContent, uri: string): boolean {
  if (content.resources?.some((resource) => resource.uri === uri) === true) return true
  return usableUri(uri) && !climbs(uri) && content.resourceTemplates?.some(({ uriTemplate }) => matchesTemplate(uriTemplate, uri)) === true
}

function isResourceReference(ref: unknown): boolean {
  return isObject(ref) && ref['type'] === 'ref/resource'
}

/** A step upwards in what a template leaves open would reach what the template does not name, encoded or not. */
function climbs(uri: string): boolean {
  return uri
    .replaceAll(/%2e/gi, '.')
    .replaceAll(/%2f/gi, '/')
    .replaceAll(/%5c|\\/gi, '/')
    .split(/[/?#]/)
    .some((step) => step === '..' || step === '.')
}
