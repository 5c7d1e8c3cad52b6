import { type Manifest, type OAuthDeclaration, placementOf, type ReleaseContent } from '@handfast/contract'
import { type DescribedTools, ManifestInvalidError, ReleaseInvalidError } from '../directory/index.ts'
import type { Egress } from '../egress/index.ts'
import { definedOnly, sha256 } from '../lib/index.ts'
import { inspectInWorker, MAX_DOCUMENT_BYTES, type Read } from '../protocol/openapi/index.ts'
import type { Credential, Upstream } from '../upstream/index.ts'
import type { DocumentFacts, UnderReview } from './rules/engine/rule.ts'

/** Longest time that a connector may take to describe itself. */
const PATIENCE_MS = 30_000

export type DescribeNeeds = { readonly egress: Egress; readonly upstream: Upstream }

/** What the tools came from: what is kept as the release's untouched source, and operations that cannot be offered. */
export type Described = {
  readonly tools: DescribedTools
  readonly source: string
  readonly left: readonly {
    readonly tool: string
    readonly reason: string
    readonly pointer: string
    readonly line?: number
    readonly file?: string
  }[]
  /** Text of the overlay that was applied. */
  readonly overlay: string | null
  readonly notChosen: number
  readonly described?: NonNullable<ReleaseContent['described']>
  /** What an MCP server says beside its lists. */
  readonly server: UnderReview['server']
  /** What the OpenAPI document says beyond what became tools. */
  readonly document: DocumentFacts | null
  /** Where people sign in, as the OpenAPI document says it. */
  readonly signIn?: OAuthDeclaration
}

/** What comes with a manifest. */
export type HandedIn = {
  /** Text of the OpenAPI document, where it was handed in. */
  readonly document: string | null
  /** Text of an OpenAPI Overlay. */
  readonly overlay: string | null
  /** For servers that list their tools to known callers only; used for this and kept nowhere. */
  readonly key: string | null
}

/** Longest name of a tool that assistants take, the connector's short name before it. */
const ASSISTANTS_ROOM = 64

/**
 * Asks the connector for its tools, or reads the OpenAPI document. Requests leave with the reason `review` (clause 2a-use).
 * @throws refusals of egress, upstream and the OpenAPI importer; ManifestInvalidError
 */
export async function describeTools(needs: DescribeNeeds, manifest: Manifest, handedIn: HandedIn): Promise<Described> {
  return manifest.kind === 'mcp' ? describeServer(needs, manifest, handedIn.key) : readApi(needs, manifest, handedIn)
}

async function describeServer({ upstream }: DescribeNeeds, manifest: Manifest, key: string | null): Promise<Described> {
  const credential: Credential | null = key === null ? null : { placement: placementOf(manifest.credential), secret: key, id: 'review' }
  const described = await upstream.describe({ kind: 'mcp', url: manifest.url }, credential, AbortSignal.timeout(PATIENCE_MS))
  const { tools, resources, resourceTemplates, prompts, offers, dropped, serverInfo, instructions, version } = described
  const others = { resources, resourceTemplates, prompts, offers }
  const left = dropped.map(({ name, reason }) => ({ tool: name, reason, pointer: '/tools' }))
  return {
    tools: { kind: 'mcp', tools, ...others },
    source: JSON.stringify({ version, serverInfo, instructions, tools, ...others }),
    left,
    overlay: null,
    notChosen: 0,
    server: { name: typeof serverInfo?.['name'] === 'string' ? serverInfo['name'] : null, instructions },
    document: null,
  }
}

async function readApi({ egress }: DescribeNeeds, manifest: Manifest, { document, overlay }: HandedIn): Promise<Described> {
  const source = document ?? (await fetchDocument(egress, manifest))
  const read = await inspectInWorker(
    { text: source, overlay: overlay ?? undefined },
    {
      server: manifest.url,
      nameRoom: ASSISTANTS_ROOM - manifest.slug.length - 1,
      ...(manifest.document === undefined ? {} : { source: manifest.document }),
      ...(manifest.credential.type === 'none' ? {} : { credential: placementOf(manifest.credential) }),
      ...(manifest.operations === undefined ? {} : { choice: definedOnly(manifest.operations) }),
    },
  )
  const tools = read.operations.flatMap((operation) => (operation.definition === undefined ? [] : [operation.definition]))
  const unusable = read.operations.filter((operation) => !operation.usable)
  const left = unusable.map(({ tool, reason, pointer, line, file }) => ({
    tool,
    reason: reason ?? 'it cannot be sent',
    pointer,
    ...(line === undefined ? {} : { line }),
    ...(file === undefined ? {} : { file }),
  }))
  if (tools.length === 0)
    throw new ReleaseInvalidError(
      left[0]?.pointer ?? '',
      `No operation of the document can be used. The first one: ${left[0]?.reason ?? (read.notChosen > 0 ? 'none was chosen.' : 'there is none.')}`,
    )
  return {
    tools: { kind: 'openapi', tools },
    source: read.source,
    left,
    overlay,
    notChosen: read.notChosen,
    described: { documentSha256: sha256(source), ...(overlay === null ? {} : { overlaySha256: sha256(overlay) }) },
    server: null,
    document: documentFacts(read),
    ...(read.signIn === undefined ? {} : { signIn: read.signIn }),
  }
}

/** For the rules that look at the document itself. */
export function documentFacts({ servers, plainLinks, operations, overlayFindings }: Read): DocumentFacts {
  return {
    servers,
    plainLinks,
    operations: operations.flatMap(({ facts, tool, pointer, method, path, usable }) =>
      facts === undefined ? [] : [{ ...facts, tool, pointer, method, path, usable }],
    ),
    idleOverlay: overlayFindings,
  }
}

async function fetchDocument(egress: Egress, manifest: Manifest): Promise<string> {
  const url = manifest.document === undefined ? null : URL.parse(manifest.document)
  if (url === null) throw new ManifestInvalidError('/document', 'Hand in the OpenAPI document, or say at which address it is.')
  const answer = await egress.request({
    url,
    method: 'GET',
    headers: { accept: 'application/json, application/yaml;q=0.9, */*;q=0.5' },
    reason: 'review',
    origins: [url.origin],
    limits: { totalMs: PATIENCE_MS, maxBytes: MAX_DOCUMENT_BYTES },
  })
  if (answer.status === 200) return answer.body.text()
  await answer.body.discard()
  throw new ManifestInvalidError('/document', `The address of the OpenAPI document answers ${answer.status}.`)
}
