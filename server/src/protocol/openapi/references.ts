import { isObject, type Json, type JsonObject, valueAt } from '../../lib/index.ts'
import { Unusable } from './unusable.ts'

/** A value of the document, and where it stands. */
export type Located = { readonly value: Json | undefined; readonly pointer: string }

/** Longest reference that is read, in characters. */
const MAX_REFERENCE = 2_000
/** Real documents follow two or three references in a row. */
const MAX_HOPS = 32

/** The pointer that a local reference (`#/components/…`) means.
 * @throws Unusable for any reference that leaves the document: those are never followed, by network or by disk. */
export function localPointer(reference: string, at: string): string {
  if (reference === '#') return ''
  if (reference.length > MAX_REFERENCE) throw new Unusable(`The reference ${shown(reference)} is longer than ${MAX_REFERENCE} characters.`, at)
  if (reference.startsWith('#/')) {
    try {
      return decodeURIComponent(reference.slice(1))
    } catch {
      throw new Unusable(`The reference ${shown(reference)} is not a well-formed address.`, at)
    }
  }
  if (reference.startsWith('#'))
    throw new Unusable(`The reference ${shown(reference)} names an anchor. References are read as paths, such as "#/components/…".`, at)
  throw new Unusable(`The reference ${shown(reference)} leads out of the document and is never fetched. Bundle everything into one file.`, at)
}

export function isReference(value: unknown): value is Record<string, Json> & { readonly $ref: string } {
  return isObject(value) && typeof value['$ref'] === 'string'
}

/** Follows references until something else stands there.
 * @throws Unusable where they leave the document, lead nowhere, or never end. */
export function resolve(root: JsonObject, from: Located): Located {
  let at = from
  for (let hops = 0; isReference(at.value); hops++) {
    const here = `${at.pointer}/$ref`
    if (hops >= MAX_HOPS) throw new Unusable(`The references that start here never end, or take more than ${MAX_HOPS} steps.`, `${from.pointer}/$ref`)
    const pointer = localPointer(at.value.$ref, here)
    const value = valueAt(root, pointer)
    if (value === undefined) throw new Unusable(`The reference ${shown(at.value.$ref)} points to nothing.`, here)
    at = { value, pointer }
  }
  return at
}

function shown(reference: string): string {
  return JSON.stringify(reference.length > 120 ? `${reference.slice(0, 120)}…` : reference)
}
