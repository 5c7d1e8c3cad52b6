import { rounded } from './report.ts'
import type { Site } from './servers.ts'
import { openHouse } from './targets/handfast.ts'

/** One connector's whole list, read page by page as an assistant would. */
export type ListFigures = { readonly tools: number; readonly pages: number; readonly medianMs: number }

const SIZES = [10, 100, 1_000, 10_000]
/** Handing in ten thousand tools takes longer than a quick run has; who asks for the lists alone gets them all. */
const QUICK_SIZES = [10, 100, 1_000]
const START_MS = 60_000
const VERSION = '2026-07-28'

/** Reads lists of growing length from a Handfast of their own, so that what it keeps for them weighs on no other row. */
export async function measureLists(site: Site, quick: boolean, alone: boolean): Promise<readonly ListFigures[]> {
  const sizes = quick && !alone ? QUICK_SIZES : SIZES
  const manifests = sizes.map((tools) => ({ slug: `list${tools}`, kind: 'mcp', name: `List ${tools}`, url: `${site.upstream}/mcp?tools=${tools}` }))
  const { origin, token, served } = await openHouse(site, 'handfast-lists', manifests)
  try {
    await answering(origin, token)
    const found: ListFigures[] = []
    for (const tools of sizes) {
      const times: number[] = []
      let pages = 0
      // The first reading writes the entries; from then on they are joined.
      for (let reading = -1; reading < (quick ? 9 : 25); reading++) {
        const start = performance.now()
        const names = await readWhole(`${origin}/mcp/list${tools}`, token, () => pages++)
        if (reading >= 0) times.push(performance.now() - start)
        if (names.size !== tools) throw new Error(`the list has ${names.size} tools instead of ${tools}`)
      }
      const sorted = times.toSorted((a, b) => a - b)
      found.push({ tools, pages: pages / (times.length + 1), medianMs: rounded(sorted[sorted.length >> 1] ?? 0) ?? 0 })
    }
    return found
  } finally {
    served.stop()
  }
}

async function answering(origin: string, token: string): Promise<void> {
  for (const limit = performance.now() + START_MS; ; ) {
    const names = await readWhole(`${origin}/mcp/list10`, token, () => {}).catch((error: Error) => error)
    if (!(names instanceof Error)) return
    if (performance.now() > limit) throw names
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function readWhole(url: string, token: string, onPage: () => void): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  const _meta = { 'io.modelcontextprotocol/protocolVersion': VERSION, 'io.modelcontextprotocol/clientCapabilities': {} }
  for (let cursor: string | undefined; ; ) {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': VERSION,
        'mcp-method': 'tools/list',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { ...(cursor === undefined ? {} : { cursor }), _meta } }),
    })
    const { result } = (await response.json()) as { result?: { tools: readonly { name: string }[]; nextCursor?: string } }
    if (result === undefined) throw new Error(`tools/list: status ${response.status}`)
    onPage()
    for (const { name } of result.tools) names.add(name)
    cursor = result.nextCursor
    if (cursor === undefined) return names
  }
}
