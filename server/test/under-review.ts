import type { ManifestInput, ReleaseContent, ReleaseTool } from '@handfast/contract'
import { composeRelease, readManifest } from '../src/directory/index.ts'
import { lookAt } from '../src/review/rules/engine/look.ts'
import type { Rule, UnderReview } from '../src/review/rules/engine/rule.ts'
import { manifestFor } from './publishing.ts'

const tool = {
  name: 'find_table',
  title: 'Find a table',
  description: 'Finds a free table for a day and a number of guests.',
  inputSchema: { type: 'object', properties: { day: { type: 'string', format: 'date', description: 'The day of the visit' } }, required: ['day'] },
  annotations: { title: 'Find a table', readOnlyHint: true, destructiveHint: false, openWorldHint: false },
} as const

const given: ManifestInput = manifestFor('https://api.heron.example/mcp')
const manifest = readManifest(given)

/** An honest release of one tool, about which no rule has anything to say. */
export const honest: UnderReview = {
  content: composeRelease(given, { kind: 'mcp', tools: [tool] }, 'Heron Ltd'),
  manifest,
  previous: null,
  target: { allowed: true, rule: 'public' },
  origins: [],
  uncheckedPatterns: [],
  server: { name: 'heron', instructions: null },
  document: null,
  developer: null,
  listing: null,
  probes: null,
  others: [],
  marks: ['Fennick Town Council'],
}

/** The same with other content. */
export function withContent(change: Partial<ReleaseContent>, around: Partial<UnderReview> = {}): UnderReview {
  return { ...honest, ...around, content: { ...honest.content, ...change } }
}

export type ToolChange = Partial<ReleaseTool> & { readonly properties?: Readonly<Record<string, object>> }

/** The tool of the honest release, otherwise. */
export function toolWith({ properties, ...change }: ToolChange = {}): ReleaseTool {
  const [plain] = honest.content.tools
  if (plain === undefined) throw new Error('The honest release has a tool.')
  const schema = properties === undefined ? {} : { inputSchema: { type: 'object', properties } as unknown as ReleaseTool['inputSchema'] }
  return { ...plain, ...schema, ...change }
}

/** The same with these tools in the place of its own. */
export function withTools(...changes: readonly ToolChange[]): UnderReview {
  return withContent({ tools: changes.map(toolWith) })
}

/** What one rule says, each as `severity pointer`. */
export async function saidBy(rule: Rule, under: UnderReview): Promise<readonly string[]> {
  return (await lookAt([rule], under)).findings.map(({ severity, pointer }) => `${severity} ${pointer}`)
}
