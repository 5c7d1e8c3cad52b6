import { isObject, type Json } from '../../lib/index.ts'

/** More are passed over. */
const MAX_SERVERS = 20

export type Servers = { readonly urls: readonly string[]; readonly notes: readonly string[] }

/** Values of one variable that are offered beside its default. */
const MAX_CHOICES = 20

/**
 * The addresses that a `servers` list means: first each with the defaults of its variables, then those that other allowed values make; relative ones
 * are resolved against the address that the document came from. Without a trailing slash, without query or fragment.
 */
export function readServers(list: Json | undefined, source: string | undefined): Servers {
  const urls: string[] = []
  const others: string[] = []
  const notes: string[] = []
  // No list means one server at "/" (OAS 3.1 section 4.8.1).
  const given: readonly Json[] = Array.isArray(list) && list.length > 0 ? list.slice(0, MAX_SERVERS) : [{ url: '/' }]
  for (const server of given) {
    if (!isObject(server) || typeof server['url'] !== 'string') continue
    const read = readServer(server['url'], server['variables'], source)
    if ('url' in read) {
      if (!urls.includes(read.url)) urls.push(read.url)
      others.push(...choices(server['url'], server['variables'], source))
    } else notes.push(read.why)
  }
  return { urls: [...new Set([...urls, ...others])].slice(0, 2 * MAX_SERVERS), notes }
}

/** The other values that a variable may take, one variable at a time: such as the regions of an API. */
function choices(template: string, variables: Json | undefined, source: string | undefined): readonly string[] {
  if (!isObject(variables)) return []
  return Object.keys(variables)
    .slice(0, 10)
    .flatMap((name) => {
      const variable = variables[name]
      const allowed = isObject(variable) && Array.isArray(variable['enum']) ? variable['enum'].filter(isScalar).slice(0, MAX_CHOICES) : []
      return allowed.flatMap((value) => {
        const read = readServer(template, { ...variables, [name]: { default: value } }, source)
        return 'url' in read ? [read.url] : []
      })
    })
}

function readServer(template: string, variables: Json | undefined, source: string | undefined): { readonly url: string } | { readonly why: string } {
  const shown = JSON.stringify(template.slice(0, 200))
  let missing: string | undefined
  const filled = template.slice(0, 2_000).replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = variableValue(isObject(variables) && Object.hasOwn(variables, name) ? variables[name] : undefined)
    if (value === undefined) missing ??= name
    return value ?? ''
  })
  if (missing !== undefined) return { why: `The server ${shown} has a variable "${missing.slice(0, 60)}" without a default.` }
  const url = URL.parse(filled, source)
  if (url === null) return { why: `The server ${shown} is not a complete address, and where the document came from is not known.` }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { why: `The server ${shown} is not reached by HTTP.` }
  if (url.username !== '' || url.password !== '') return { why: `The server ${shown} carries a credential in its address.` }
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}` }
}

function variableValue(variable: Json | undefined): string | undefined {
  if (!isObject(variable)) return undefined
  const allowed = Array.isArray(variable['enum']) ? variable['enum'].filter(isScalar).map(String) : []
  const fallback = isScalar(variable['default']) ? String(variable['default']) : undefined
  if (allowed.length === 0) return fallback
  return fallback !== undefined && allowed.includes(fallback) ? fallback : allowed[0]
}

function isScalar(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
