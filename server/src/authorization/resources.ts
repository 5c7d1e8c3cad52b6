/**
 * What a token can be for (RFC 8707): all tools (`/mcp`), one connector (`/mcp/{connector}`), or the control API (the origin).
 * Each token is good at exactly one of them: nothing that is sent to one address can be used at another.
 */
export type Resource = { readonly audience: string; readonly path: '' | '/mcp' | `/mcp/${string}`; readonly slug: string | null }

const PATH = /^\/mcp(?:\/([a-z][a-z0-9-]{1,30}))?$/

/** The resource that a text names, or null. Capital letters in scheme and host are tolerated, as is a slash behind the bare origin. */
export function resourceOf(origin: string, text: string): Resource | null {
  const written = /^https?:\/\/[^/?#@\\]+(\/[a-z0-9/-]*)?$/i.exec(text)
  const url = written === null || text.length > 300 ? null : URL.parse(text)
  // A path that `URL` would repair was not said like this.
  if (written === null || url === null || url.origin !== new URL(origin).origin || url.pathname !== (written[1] ?? '/')) return null
  if (url.pathname === '/') return { audience: origin, path: '', slug: null }
  const found = PATH.exec(url.pathname)
  if (found === null) return null
  const slug = found[1] ?? null
  const path = slug === null ? '/mcp' : (`/mcp/${slug}` as const)
  return { audience: origin + path, path, slug }
}

/** The path of an audience that is ours; null where it belongs to another origin, such as the one that this server had before. */
export function pathOf(origin: string, audience: string): Resource['path'] | null {
  return resourceOf(origin, audience)?.path ?? null
}
