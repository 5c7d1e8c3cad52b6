/** One step of a JSON pointer (RFC 6901 section 3), escaped. */
export function pointerStep(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1')
}

export function pointer(...keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${pointerStep(key)}`).join('')
}
