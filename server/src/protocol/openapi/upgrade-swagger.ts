import { upgradeFromTwoToThree } from '@scalar/openapi-upgrader/2.0-to-3.0'
import { isObject, type Json, type JsonObject } from '../../lib/index.ts'

/**
 * Swagger 2 as OpenAPI 3.0. The conversion is Scalar's, on a copy: it changes what it is given, and parts that aliases share must not be changed twice.
 * Its default for an address without schemes is http; ours is https, or what the document came by.
 */
export function upgradeSwagger(root: JsonObject, source: string | undefined): JsonObject {
  const copy = JSON.parse(JSON.stringify(root)) as Record<string, Json>
  if (typeof copy['host'] === 'string') {
    const schemes = Array.isArray(copy['schemes']) ? copy['schemes'].filter((scheme) => scheme === 'https' || scheme === 'http') : []
    const own = source?.startsWith('http:') === true ? 'http' : 'https'
    copy['schemes'] = schemes.length === 0 ? [own] : schemes.toSorted((a, b) => Number(a === 'http') - Number(b === 'http'))
  }
  liftBodies(copy)
  const upgraded: unknown = upgradeFromTwoToThree(copy)
  return isObject(upgraded as Json) ? (upgraded as JsonObject) : copy
}

/** Bodies that are shared, or stand at a path for all its operations, are written out where they are used: the conversion looks for them there only. */
function liftBodies(root: Record<string, Json>): void {
  const { paths, parameters: shared } = root
  const resolved = (parameter: Json): Json => {
    const target = isObject(parameter) && typeof parameter['$ref'] === 'string' ? /^#\/parameters\/([^/]+)$/.exec(parameter['$ref'])?.[1] : undefined
    const found = target !== undefined && isObject(shared) && Object.hasOwn(shared, target) ? shared[target] : undefined
    return found !== undefined && isBody(found) ? structuredClone(found) : parameter
  }
  for (const item of isObject(paths) ? Object.values(paths) : []) {
    if (!isObject(item)) continue
    const fields = item as Record<string, Json>
    const common = (Array.isArray(fields['parameters']) ? (fields['parameters'] as readonly Json[]) : []).map(resolved)
    if (common.length > 0) fields['parameters'] = common.filter((parameter) => !isBody(parameter))
    for (const method of ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']) {
      const operation = fields[method]
      if (!isObject(operation)) continue
      const own = (Array.isArray(operation['parameters']) ? (operation['parameters'] as readonly Json[]) : []).map(resolved)
      const inherited = own.some(isBody) ? [] : common.filter(isBody).map((body) => structuredClone(body))
      if (own.length + inherited.length > 0) (operation as Record<string, Json>)['parameters'] = [...own, ...inherited]
    }
  }
}

function isBody(parameter: Json | undefined): boolean {
  return isObject(parameter) && (parameter['in'] === 'body' || parameter['in'] === 'formData')
}

/** Sections that Swagger 2 keeps elsewhere. */
const MOVED: readonly (readonly [string, string])[] = [
  ['/components/schemas', '/definitions'],
  ['/components/parameters', '/parameters'],
  ['/components/requestBodies', '/parameters'],
  ['/components/responses', '/responses'],
  ['/components/securitySchemes', '/securityDefinitions'],
]

/** Where that stood before the conversion, as closely as it can be said. */
export function pointerBefore(pointer: string): string {
  for (const [now, before] of MOVED) if (pointer === now || pointer.startsWith(`${now}/`)) return `${before}${pointer.slice(now.length)}`
  return pointer.replace(/^(\/paths\/[^/]*\/[a-z]+)\/(?:requestBody|parameters)(?:\/.*)?$/, '$1/parameters')
}
