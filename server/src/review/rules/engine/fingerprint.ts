import type { ReleaseContent } from '@handfast/contract'
import { canonicalJson, type Json, pointer as pointerOf, sha256, valueAt } from '../../../lib/index.ts'
import type { Seen } from './rule.ts'

const NAMED = ['tools', 'resources', 'resourceTemplates', 'prompts'] as const

/**
 * What tells a finding from others: the rule, the place, and a digest of the words there. Tools count by their names and not by their place in a list,
 * so that the same finding in the next release has the same fingerprint, and other words have another.
 */
export function fingerprintOf(rule: string, seen: Seen, content: ReleaseContent): string {
  const steps = seen.pointer.split('/').slice(1)
  const found = seen.about === undefined ? valueAt(content as unknown as Json, seen.pointer) : undefined
  const about = seen.about ?? (found === undefined ? seen.message : canonicalJson(found))
  return sha256(`${rule}\n${placeOf(content, steps)}\n${sha256(about)}`)
}

function placeOf(content: ReleaseContent, [list, index, ...rest]: readonly string[]): string {
  const kind = NAMED.find((name) => name === list)
  const name = kind === undefined || index === undefined ? undefined : content[kind]?.[Number(index)]?.name
  return name === undefined
    ? `/${[list, index, ...rest].filter((step) => step !== undefined).join('/')}`
    : `/${list}${pointerOf(name)}/${rest.join('/')}`
}
