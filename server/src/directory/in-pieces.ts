import { createHash } from 'node:crypto'
import type { ReleaseContent } from '@handfast/contract'
import { canonicalJson, type Json, Pauses } from '../lib/index.ts'

const HASHED_AT_ONCE = 1024 * 1024

/** Canonical JSON (RFC 8785) of a release and its SHA-256, as `canonicalJson` and `sha256` give them, tool by tool: there are releases of many megabytes. */
export async function canonicalRelease(content: ReleaseContent): Promise<{ readonly canonical: string; readonly digest: string }> {
  const pauses = new Pauses()
  const members: string[] = []
  for (const key of Object.keys(content).sort()) {
    const value = content[key as keyof ReleaseContent] as Json | undefined
    if (value === undefined) continue
    if (key !== 'tools') {
      members.push(`${JSON.stringify(key)}:${canonicalJson(value)}`)
      continue
    }
    const tools: string[] = []
    for (const tool of content.tools) {
      tools.push(canonicalJson(tool))
      await pauses.now()
    }
    members.push(`"tools":[${tools.join(',')}]`)
  }
  const canonical = `{${members.join(',')}}`
  const hash = createHash('sha256')
  for (let from = 0; from < canonical.length; ) {
    let to = Math.min(from + HASHED_AT_ONCE, canonical.length)
    // Half a character would be hashed as another one.
    if (to < canonical.length && /[\uD800-\uDBFF]/.test(canonical[to - 1] ?? '')) to--
    hash.update(canonical.slice(from, to), 'utf8')
    from = to
    await pauses.now()
  }
  return { canonical, digest: hash.digest('hex') }
}
