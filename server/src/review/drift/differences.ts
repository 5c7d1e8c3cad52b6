import type { ReleaseContent, ReleaseTool } from '@handfast/contract'
import { canonicalJson, type Json, sha256 } from '../../lib/index.ts'
import { narrowed } from './accepts.ts'

/** `update-paused`: served as it was reviewed. `tool-paused`: it cannot be, so it is not served. `held`: new, and not served before it is reviewed. */
export type DriftEffect = 'update-paused' | 'tool-paused' | 'held'
export type DriftKind = 'changed' | 'removed' | 'added' | 'instructions'

/** One way in which a connector describes itself otherwise than it was reviewed. */
export type Difference = {
  /** Null: about the connector as a whole. */
  readonly tool: string | null
  readonly kind: DriftKind
  readonly effect: DriftEffect
  readonly reviewedSha256: string | null
  readonly foundSha256: string | null
  /** The definition as it was found. */
  readonly found: Json | null
  /** What differs, in words for the developer. */
  readonly detail: string
}

type Looked = { readonly content: Pick<ReleaseContent, 'tools'>; readonly instructions: string | null }

/** What differs between what was reviewed and what is there now, tool by tool (clause 2d-review). */
export function differences(reviewed: Looked, found: Looked): readonly Difference[] {
  const now = new Map(found.content.tools.map((tool) => [tool.name, tool]))
  const before = new Map(reviewed.content.tools.map((tool) => [tool.name, tool]))
  const all: Difference[] = []
  for (const tool of before.values()) {
    const other = now.get(tool.name)
    if (other === undefined)
      all.push({ ...about(tool, null), kind: 'removed', effect: 'tool-paused', detail: `"${tool.name}" is not there any more.` })
    else if (digestOf(tool) !== digestOf(other)) all.push(changed(tool, other))
  }
  for (const tool of now.values())
    if (!before.has(tool.name))
      all.push({
        ...about(null, tool),
        kind: 'added',
        effect: 'held',
        detail: `"${tool.name}" is new. It is offered once a release with it is approved.`,
      })
  if (reviewed.instructions !== found.instructions)
    all.push({
      tool: null,
      kind: 'instructions',
      effect: 'update-paused',
      reviewedSha256: reviewed.instructions === null ? null : sha256(reviewed.instructions),
      foundSha256: found.instructions === null ? null : sha256(found.instructions),
      found: found.instructions,
      detail: 'What the server says to assistants about itself changed. Assistants do not get it.',
    })
  return all
}

function about(reviewed: ReleaseTool | null, found: ReleaseTool | null) {
  return {
    tool: (reviewed ?? found)?.name ?? null,
    reviewedSha256: reviewed === null ? null : digestOf(reviewed),
    foundSha256: found === null ? null : digestOf(found),
    found: found as Json | null,
  }
}

function changed(reviewed: ReleaseTool, found: ReleaseTool): Difference {
  const why = cannotBeKept(reviewed, found)
  const parts = changedParts(reviewed, found).join(', ')
  const shared = { ...about(reviewed, found), kind: 'changed' as const }
  return why === null
    ? {
        ...shared,
        effect: 'update-paused',
        detail: `"${reviewed.name}" changed: ${parts}. It is offered as it was reviewed until a release says otherwise.`,
      }
    : { ...shared, effect: 'tool-paused', detail: `"${reviewed.name}" changed (${parts}), and what was reviewed cannot be kept: ${why}.` }
}

/** Why calls of the reviewed tool would not mean what was reviewed; null: they still do. */
function cannotBeKept(reviewed: ReleaseTool, found: ReleaseTool): string | null {
  const said = { before: reviewed.annotations ?? {}, now: found.annotations ?? {} }
  if (said.before.readOnlyHint === true && said.now.readOnlyHint !== true) return 'it said that it only reads, and says so no more'
  if (said.before.destructiveHint !== true && said.now.destructiveHint === true) return 'it says that it destroys now'
  if (!sameJson(reviewed.operation, found.operation)) return 'calls of it go elsewhere, or are made otherwise'
  return narrowed(reviewed.inputSchema, found.inputSchema)
}

const parts = [
  'title',
  'description',
  'inputSchema',
  'outputSchema',
  'answerSchema',
  'annotations',
  'icons',
  '_meta',
  'effect',
  'consequential',
  'operation',
] as const

function changedParts(reviewed: ReleaseTool, found: ReleaseTool): readonly string[] {
  return parts.filter((part) => !sameJson(reviewed[part], found[part]))
}

function sameJson(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && canonicalJson(a as Json) === canonicalJson(b as Json))
}

function digestOf(tool: ReleaseTool): string {
  return sha256(canonicalJson(tool))
}
