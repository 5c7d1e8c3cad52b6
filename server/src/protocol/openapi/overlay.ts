import { query } from 'json-p3'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'
import { OverlayInvalidError } from './openapi-errors.ts'

/** What an action did, or why it did nothing. An action that matches nothing usually means that the document has moved on. */
export type OverlayFinding = { readonly action: number; readonly target: string; readonly message: string }

const MAX_ACTIONS = 2_000
const MAX_TARGETS = 50_000
const MAX_DEPTH = 100

/**
 * Applies an OpenAPI Overlay (1.0 and 1.1) to a document, in place, action by action. JSONPath (RFC 9535) is a library's; what an action does to
 * what it found follows section 4.4.3 of the Overlay specification.
 * @throws OverlayInvalidError where it is no overlay, or an action could not have been meant
 */
export function applyOverlay(root: Record<string, Json>, overlay: Json): readonly OverlayFinding[] {
  const findings: OverlayFinding[] = []
  for (const [index, action] of actionsOf(overlay).entries()) {
    const at = `/actions/${index}`
    if (!isObject(action) || typeof action['target'] !== 'string') throw new OverlayInvalidError('An action has a "target".', `${at}/target`)
    const { target } = action
    const found = find(root, target, `${at}/target`)
    const say = (message: string) => findings.push({ action: index, target: target.slice(0, 300), message })
    if (found.length === 0) say('It matches nothing.')
    else if (action['remove'] === true) remove(root, found, say)
    else if (typeof action['copy'] === 'string') copy(root, found, action['copy'], `${at}/copy`, say)
    else if (Object.hasOwn(action, 'update')) for (const path of found) update(root, path, action['update'] ?? null, say)
    else say('It says neither "update" nor "remove".')
  }
  return findings
}

type Path = readonly (string | number)[]

function actionsOf(overlay: Json): readonly Json[] {
  if (!isObject(overlay) || typeof overlay['overlay'] !== 'string' || !/^1\.[01](?:\.|$)/.test(overlay['overlay']))
    throw new OverlayInvalidError('This is not an OpenAPI Overlay of version 1.0 or 1.1: the field "overlay" says which it is.', '/overlay')
  const { actions } = overlay
  if (!Array.isArray(actions)) throw new OverlayInvalidError('An overlay has a list of "actions".', '/actions')
  if (actions.length > MAX_ACTIONS) throw new OverlayInvalidError(`An overlay has at most ${MAX_ACTIONS} actions.`, '/actions')
  return actions
}

function find(root: JsonObject, target: string, at: string): readonly Path[] {
  if (target.length > 2_000) throw new OverlayInvalidError('This target is longer than 2,000 characters.', at)
  try {
    const found: Path[] = []
    for (const node of query(target, root as never)) {
      if (found.length >= MAX_TARGETS) throw new OverlayInvalidError(`This target matches more than ${MAX_TARGETS} places.`, at)
      found.push(node.location as Path)
    }
    return found
  } catch (error) {
    if (error instanceof OverlayInvalidError) throw error
    throw new OverlayInvalidError(`This is not a JSONPath of RFC 9535: ${(error as Error).message.slice(0, 160)}`, at)
  }
}

/** From the back, so that the places of what is still to go stay what they are. */
function remove(root: Record<string, Json>, found: readonly Path[], say: (message: string) => void): void {
  for (const path of found.toReversed()) {
    const key = path.at(-1)
    const parent = valueAt(root, path.slice(0, -1))
    if (key === undefined) say('The document as a whole is not removed.')
    else if (Array.isArray(parent)) parent.splice(Number(key), 1)
    else if (isObject(parent)) delete (parent as Record<string, Json>)[key]
  }
}

function copy(root: Record<string, Json>, found: readonly Path[], from: string, at: string, say: (message: string) => void): void {
  const sources = find(root, from, at)
  const [only] = sources
  if (only === undefined || sources.length > 1) {
    say('Its "copy" does not name exactly one place.')
    return
  }
  const value = structuredClone(valueAt(root, only)) ?? null
  for (const path of found) update(root, path, value, say)
}

/** Objects are merged, lists grow, plain values are replaced. */
function update(root: Record<string, Json>, path: Path, by: Json, say: (message: string) => void): void {
  const target = valueAt(root, path)
  if (isObject(target) && isObject(by)) {
    merge(target as Record<string, Json>, by, 0)
    return
  }
  if (Array.isArray(target)) {
    ;(target as Json[]).push(...(Array.isArray(by) ? structuredClone(by as Json[]) : [structuredClone(by)]))
    return
  }
  const key = path.at(-1)
  const parent = key === undefined ? undefined : valueAt(root, path.slice(0, -1))
  const isPlain = !isObject(target) && !isObject(by) && !Array.isArray(by)
  if (isPlain && typeof parent === 'object' && parent !== null && key !== undefined) (parent as Record<string | number, Json>)[key] = by
  else say('Its "update" is of another kind than what it matches.')
}

function merge(into: Record<string, Json>, from: JsonObject, depth: number): void {
  if (depth > MAX_DEPTH) return
  for (const [key, value] of Object.entries(from)) {
    if (key === '__proto__' || value === undefined) continue
    const known = Object.hasOwn(into, key) ? into[key] : undefined
    if (isObject(known) && isObject(value)) merge(known as Record<string, Json>, value, depth + 1)
    else if (Array.isArray(known) && Array.isArray(value)) (known as Json[]).push(...structuredClone(value as Json[]))
    else into[key] = structuredClone(value)
  }
}

function valueAt(root: Json, path: Path): Json | undefined {
  let value: Json | undefined = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, Json>)[key]
  }
  return value
}
