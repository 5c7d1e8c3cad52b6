import { type Manifest, placementOf } from '@handfast/contract'
import { type DescribedTools, ManifestInvalidError, ReleaseInvalidError } from '../directory/index.ts'
import type { Egress } from '../egress/index.ts'
import { inspectInWorker, MAX_DOCUMENT_BYTES } from '../protocol/openapi/index.ts'
import type { Credential, Upstream } from '../upstream/index.ts'

/** Longest time that a connector may take to describe itself. */
const PATIENCE_MS = 30_000

export type DescribeNeeds = { readonly egress: Egress; readonly upstream: Upstream }

/** What the tools came from: what is kept as the release's untouched source, and operations that cannot be offered. */
export type Described = {
  readonly tools: DescribedTools
  readonly source: string
  readonly left: readonly { readonly tool: string; readonly reason: string; readonly pointer: string }[]
}

/**
 * Asks the connector for its tools, or reads the OpenAPI document. Requests leave with the reason `review` (clause 2a-use).
 * @param document text of the OpenAPI document, where it was handed in
 * @param key for servers that list their tools to known callers only; used for this and kept nowhere
 * @throws refusals of egress, upstream and the OpenAPI importer; ManifestInvalidError
 */
export async function describeTools(needs: DescribeNeeds, manifest: Manifest, document: string | null, key: string | null): Promise<Described> {
  return manifest.kind === 'mcp' ? describeServer(needs, manifest, key) : readApi(needs, manifest, document)
}

async function describeServer({ upstream }: DescribeNeeds, manifest: Manifest, key: string | null): Promise<Described> {
  const credential: Credential | null = key === null ? null : { placement: placementOf(manifest.credential), secret: key, id: 'review' }
  const described = await upstream.describe({ kind: 'mcp', url: manifest.url }, credential, AbortSignal.timeout(PATIENCE_MS))
  const { tools, resources, resourceTemplates, prompts, offers, dropped, serverInfo, instructions, version } = described
  const others = { resources, resourceTemplates, prompts, offers }
  const left = dropped.map(({ name, reason }) => ({ tool: name, reason, pointer: '/tools' }))
  return { tools: { kind: 'mcp', tools, ...others }, source: JSON.stringify({ version, serverInfo, instructions, tools, ...others }), left }
}

async function readApi({ egress }: DescribeNeeds, manifest: Manifest, document: string | null): Promise<Described> {
  const source = document ?? (await fetchDocument(egress, manifest))
  const inspection = await inspectInWorker(source, {
    server: manifest.url,
    ...(manifest.document === undefined ? {} : { source: manifest.document }),
    ...(manifest.credential.type === 'none' ? {} : { credential: placementOf(manifest.credential) }),
  })
  const tools = inspection.operations.flatMap((operation) => (operation.definition === undefined ? [] : [operation.definition]))
  const unusable = inspection.operations.filter((operation) => !operation.usable)
  const left = unusable.map(({ tool, reason, pointer }) => ({ tool, reason: reason ?? 'it cannot be sent', pointer }))
  if (tools.length === 0)
    throw new ReleaseInvalidError(
      left[0]?.pointer ?? '',
      `No operation of the document can be used. The first one: ${left[0]?.reason ?? 'there is none.'}`,
    )
  return { tools: { kind: 'openapi', tools }, source, left }
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
