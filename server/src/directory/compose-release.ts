import {
  type JsonRecord,
  type Manifest,
  type ManifestInput,
  manifest,
  type ReleaseContent,
  type ReleaseOffer,
  type ReleasePrompt,
  type ReleaseResource,
  type ReleaseResourceTemplate,
  type ReleaseTool,
  type ToolAnnotations,
  type ToolEffect,
} from '@handfast/contract'
import { definedOnly, isObject, type Json, type JsonObject, pointer } from '../lib/index.ts'
import { furtherNotices } from '../notices/index.ts'
import type { RawListed, RawTool } from '../protocol/mcp/index.ts'
import { ManifestInvalidError, ReleaseInvalidError } from './directory-errors.ts'

/** What describes the tools: as the MCP server listed them, or as the OpenAPI importer made them. */
export type DescribedTools =
  | ({ readonly kind: 'mcp'; readonly tools: readonly RawTool[] } & Partial<OtherThings>)
  | { readonly kind: 'openapi'; readonly tools: readonly ReleaseTool[] }

/** What an MCP server has besides tools, as it listed it. */
type OtherThings = {
  readonly resources: readonly RawListed[]
  readonly resourceTemplates: readonly RawListed[]
  readonly prompts: readonly RawListed[]
  readonly offers: readonly ReleaseOffer[]
}

/** @throws ManifestInvalidError at the first field that cannot be used */
export function readManifest(value: unknown): Manifest {
  const read = manifest.safeParse(value)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  throw new ManifestInvalidError(
    pointer(...(issue?.path ?? []).map((step) => (typeof step === 'number' ? step : String(step)))),
    `The manifest cannot be used: ${issue?.message ?? 'it has another shape'}.`,
  )
}

/**
 * Joins what the developer declares with what the connector describes into what is reviewed. Tool definitions are taken over untouched
 * (clause 2a-unmodified); beside them stands what each tool does to the world.
 * @throws ManifestInvalidError, ReleaseInvalidError
 */
export function composeRelease(
  given: ManifestInput,
  described: DescribedTools,
  developerName: string,
  documents?: ReleaseContent['described'],
): ReleaseContent {
  const declared = readManifest(given)
  if (declared.kind !== described.kind)
    throw new ManifestInvalidError('/kind', `The manifest says "${declared.kind}", and the tools come from "${described.kind}".`)
  const tools = described.kind === 'mcp' ? described.tools.map(toolOfMcp) : described.tools
  const names = new Set(tools.map((tool) => tool.name))
  const further = furtherNotices(declared)
  for (const name of Object.keys(declared.tools))
    if (!names.has(name)) throw new ManifestInvalidError(pointer('tools', name), `The connector has no tool called "${name.slice(0, 64)}".`)
  const answers = declared.answers ?? (declared.kind === 'openapi' ? 'lenient' : 'strict')
  return {
    name: declared.name,
    description: declared.description,
    publishedBy: {
      developer: developerName,
      ownsApi: declared.ownsApi,
      ...(!declared.ownsApi && declared.ownerMarks ? { ownerMarks: true as const } : {}),
    },
    target: { kind: declared.kind, url: declared.url },
    credential: definedDeep(declared.credential),
    ...(declared.account === undefined ? {} : { account: definedDeep(declared.account) }),
    receives: declared.receives,
    privacyNotice: declared.privacyNotice,
    ...(declared.privacyNoticeUrl === undefined ? {} : { privacyNoticeUrl: declared.privacyNoticeUrl }),
    ...(declared.privacyNoticeLanguage === 'en' ? {} : { privacyNoticeLanguage: declared.privacyNoticeLanguage }),
    ...(further.length === 0 ? {} : { privacyNotices: further }),
    ...(declared.ageRating === 'everyone' ? {} : { ageRating: declared.ageRating }),
    limits: definedOnly(declared.limits),
    tools: tools.map((tool) => answering(corrected(marked(tool, declared), declared.tools), answers)),
    ...(answers === 'strict' ? {} : { answers }),
    ...(documents === undefined ? {} : { described: documents }),
    ...(described.kind === 'mcp' ? othersOf(described, declared) : {}),
  }
}

/** Whoever is not the owner of an API shows no logo of it without leave (clause 1-sponsor). The icons stay in the untouched source. */
function marked<T extends object>(thing: T, { ownsApi, ownerMarks }: Manifest): T {
  if (!('icons' in thing) || ownsApi || ownerMarks) return thing
  const { icons: _, ...rest } = thing
  return rest as T
}

/** Absent where there is none, so that a release with tools alone has the digest it always had. */
function othersOf(
  described: Partial<OtherThings>,
  declared: Manifest,
): Pick<ReleaseContent, 'resources' | 'resourceTemplates' | 'prompts' | 'offers'> {
  const { resources = [], resourceTemplates = [], prompts = [], offers = [] } = described
  const listed = <T>(things: readonly RawListed[]) => things.map((thing) => marked(thing, declared)) as unknown as readonly T[]
  return {
    ...(resources.length === 0 ? {} : { resources: listed<ReleaseResource>(resources) }),
    ...(resourceTemplates.length === 0 ? {} : { resourceTemplates: listed<ReleaseResourceTemplate>(resourceTemplates) }),
    ...(prompts.length === 0 ? {} : { prompts: listed<ReleasePrompt>(prompts) }),
    ...(offers.length === 0 ? {} : { offers }),
  }
}

/** The same for what nests. It is plain JSON. */
function definedDeep<T extends Readonly<Record<string, unknown>>>(value: T): DefinedDeep<T> {
  return JSON.parse(JSON.stringify(value)) as DefinedDeep<T>
}
type DefinedDeep<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]: DefinedDeep<Exclude<T[K], undefined>> } : T

/** Assistants refuse a whole answer that breaks an output schema, so a release that is lenient about answers promises none. */
function answering(tool: ReleaseTool, answers: 'strict' | 'lenient'): ReleaseTool {
  if (answers === 'strict' || tool.outputSchema === undefined) return tool
  const { outputSchema, ...rest } = tool
  return { ...rest, answerSchema: outputSchema }
}

function corrected(tool: ReleaseTool, corrections: Manifest['tools']): ReleaseTool {
  const correction = Object.hasOwn(corrections, tool.name) ? corrections[tool.name] : undefined
  if (correction === undefined) return tool
  const effect = correction.effect ?? tool.effect
  const consequential = correction.consequential ?? (correction.effect === undefined ? tool.consequential : effect !== 'read')
  return { ...tool, effect, consequential }
}

function toolOfMcp(raw: RawTool, index: number): ReleaseTool {
  const text = (field: string): string | undefined => {
    const value = raw[field]
    if (value === undefined || typeof value === 'string') return value
    throw new ReleaseInvalidError(pointer('tools', index, field), `The server sends a ${field} that is not a text.`)
  }
  const title = text('title')
  const annotations = annotationsOf(raw['annotations'])
  const effect = effectOf(annotations)
  return {
    name: raw.name,
    ...(title === undefined ? {} : { title }),
    description: text('description') ?? '',
    inputSchema: raw.inputSchema as JsonRecord,
    ...(isObject(raw['outputSchema']) ? { outputSchema: raw['outputSchema'] as JsonRecord } : {}),
    ...(annotations === undefined ? {} : { annotations }),
    ...(Array.isArray(raw['icons']) ? { icons: (raw['icons'] as readonly Json[]).filter(isObject) as readonly JsonRecord[] } : {}),
    ...(isObject(raw['_meta']) ? { _meta: raw['_meta'] as JsonRecord } : {}),
    effect,
    consequential: effect !== 'read',
  }
}

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const

/** Hints that are not yes or no say nothing, and unknown ones are left out: assistants act on these. */
function annotationsOf(value: Json | undefined): ToolAnnotations | undefined {
  if (!isObject(value)) return undefined
  const given = value as JsonObject
  const hints = Object.fromEntries(HINTS.filter((hint) => typeof given[hint] === 'boolean').map((hint) => [hint, given[hint]]))
  return { ...(typeof given['title'] === 'string' ? { title: given['title'] } : {}), ...hints }
}

/** Hints of a connector are a first word, never the last: the review sees them beside the tool. Without any, a tool changes something. */
export function effectOf(annotations: ToolAnnotations | undefined): ToolEffect {
  if (annotations?.readOnlyHint === true) return 'read'
  return annotations?.destructiveHint === true ? 'destructive' : 'change'
}
