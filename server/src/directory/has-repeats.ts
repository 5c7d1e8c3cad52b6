import { canonicalJson, type Json } from '../lib/index.ts'

/** True when two items mean the same. Comparing each with each would take minutes for a long list; equal values have equal canonical JSON. */
export function hasRepeats(items: readonly unknown[]): boolean {
  const seen = new Set<string>()
  for (const item of items) seen.add(canonicalJson(item as Json))
  return seen.size < items.length
}
