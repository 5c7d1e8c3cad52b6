import { stringify } from 'yaml'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import type { Inspection } from './inspect-operations.ts'

type Action = { readonly target: string; readonly description: string; readonly update?: Json; readonly remove?: true }

/** What a proposal holds at most: it is there to start from. */
const MOST_ACTIONS = 300

/** Says "it only looks something up" in the names of operations that post. */
const READING =
  /^(?:[Ss]earch|[Qq]uery|[Ff]ind|[Ll]ist|[Gg]et|[Ll]ook_?[Uu]p|[Ff]etch|[Pp]review|[Vv]alidate|[Ee]stimate|[Cc]alculate|[Cc]ount|[Bb]atch_?[Gg]et)(?![a-z])/

/**
 * An overlay (1.0) that its developer may start from: names for operations without one, the mark of operations that post and only read, and each
 * operation that is not usable, with the reason. Nothing is applied before the developer hands it in.
 */
export function proposeOverlay(root: JsonObject, inspection: Inspection): string {
  const actions: Action[] = []
  if (inspection.servers.length === 0)
    actions.push({ target: '$', description: 'Say where the API is.', update: { servers: [{ url: 'https://api.example.com' }] } })
  for (const operation of inspection.operations) {
    if (actions.length >= MOST_ACTIONS) break
    const target = targetOf(operation.path, operation.method)
    if (!operation.usable) {
      const where = operation.line === undefined ? operation.pointer : `line ${operation.line}, ${operation.pointer}`
      actions.push({
        target,
        description: `Not usable: ${operation.reason ?? ''} (${where}) Correct it here, or leave the operation out.`,
        remove: true,
      })
      continue
    }
    const own = operationAt(root, operation.path, operation.method)
    if (own !== undefined && typeof own['operationId'] !== 'string')
      actions.push({
        target,
        description: 'It has no operationId; this is the name that its tool has without one.',
        update: { operationId: operation.tool },
      })
    const reads = operation.method === 'POST' && READING.test(operation.tool) && own?.['x-openai-isConsequential'] === undefined
    if (reads)
      actions.push({
        target,
        description: 'It posts, and by its name it only reads. Keep this if that is so: people are then not asked before each call.',
        update: { 'x-openai-isConsequential': false },
      })
  }
  const title = `Corrections to ${inspection.title ?? 'the document'}`.slice(0, 200)
  return stringify({ overlay: '1.0.0', info: { title, version: '1.0.0' }, actions }, { lineWidth: 0 })
}

/** A normalized path of RFC 9535 section 2.7. */
function targetOf(path: string, method: string): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  return method === '*' ? `$.paths[${quoted(path)}]` : `$.paths[${quoted(path)}].${method.toLowerCase()}`
}

function operationAt(root: JsonObject, path: string, method: string): JsonObject | undefined {
  const paths = isObject(root['paths']) ? root['paths'] : {}
  const item = Object.hasOwn(paths, path) ? paths[path] : undefined
  const operation = isObject(item) ? item[method.toLowerCase()] : undefined
  return isObject(operation) ? operation : undefined
}
