import type { Json } from './canonical-json.ts'

/** One step of a JSON pointer (RFC 6901 section 3), escaped. */
export function pointerStep(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The key that one step of a pointer stands for. */
export function pointerKey(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

export function pointer(...keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${pointerStep(key)}`).join('')
}

/** What stands at a pointer, or undefined. Looks at own members only, so `constructor` leads nowhere. */
export function valueAt(root: Json | undefined, at: string): Json | undefined {
  if (at !== '' && !at.startsWith('/')) return undefined
  let value: Json | undefined = root
  for (const step of at.split('/').slice(1)) {
    if (value === null || typeof value !== 'object') return undefined
    const key = pointerKey(step)
    // An array has members, and a length that is not one of them.
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(key)) return undefined
    if (!Object.hasOwn(value, key)) return undefined
    value = (value as { readonly [key: string]: Json | undefined })[key]
  }
  return value
}
