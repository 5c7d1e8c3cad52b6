import type { ReleaseContent } from '@handfast/contract'
import { type CompiledTool, compileSchemas } from './compile-schemas.ts'
import { ReleaseInvalidError } from './directory-errors.ts'
import { canonicalRelease } from './in-pieces.ts'
import { checkRelease, MAX_RELEASE } from './release-checks.ts'

/** A release that passed the door, with its digest and its validators; not stored yet. */
export type PreparedRelease = {
  readonly content: ReleaseContent
  readonly canonical: string
  readonly digest: string
  readonly compiled: readonly CompiledTool[]
  /** `{pointer, pattern}`-like: which tools have patterns that cannot be checked here. */
  readonly uncheckedPatterns: readonly { readonly tool: string; readonly patterns: readonly string[] }[]
}

/**
 * Checks a release at the door, compiles its schemas and computes its digest; stores nothing.
 * @param budgetMs longest time for compiling; without it, what a server allows that has others to serve
 * @throws ReleaseInvalidError, SchemaInvalidError, SchemaTooCostlyError
 */
export async function prepareRelease(slug: string, content: ReleaseContent, budgetMs?: number): Promise<PreparedRelease> {
  await checkRelease(slug, content)
  const { canonical, digest } = await canonicalRelease(content)
  if (canonical.length > MAX_RELEASE) throw new ReleaseInvalidError('', `A release has at most ${MAX_RELEASE} characters in all.`)
  const compiled = await compileSchemas(content.tools, budgetMs)
  const uncheckedPatterns = compiled
    .filter((tool) => tool.uncheckedPatterns.length > 0)
    .map((tool) => ({ tool: tool.name, patterns: tool.uncheckedPatterns }))
  return { content, canonical, digest, compiled, uncheckedPatterns }
}
