import type { BodyBinding } from '@handfast/contract'

/** The media type without its parameters. */
export function bareType(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase()
}

/** How a body of this type is written, or nothing where it is a range of types that leaves that open. */
export function writesOf(type: string): NonNullable<BodyBinding['writes']> | undefined {
  const bare = bareType(type)
  if (!/^[a-z0-9!#$&^_.+*-]+\/[a-z0-9!#$&^_.+*-]+$/.test(bare)) return undefined
  if (bare === 'application/json' || bare.endsWith('+json') || bare === 'text/json' || bare === '*/*' || bare === 'application/*') return 'json'
  if (bare === 'application/x-www-form-urlencoded') return 'form'
  if (bare === 'multipart/form-data' || bare === 'multipart/*') return 'multipart'
  if (bare.startsWith('multipart/') || bare.startsWith('message/')) return undefined
  if (bare.startsWith('text/') || bare === 'application/xml' || bare.endsWith('+xml') || TEXTS.has(bare)) return 'text'
  return 'file'
}

/** Texts although they are called applications. */
const TEXTS = new Set([
  'application/yaml',
  'application/x-yaml',
  'application/graphql',
  'application/jwt',
  'application/sql',
  'application/javascript',
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/jsonlines',
  'application/x-jsonlines',
  'application/json-seq',
  'application/toml',
])

/** Which one is written where an API takes several. */
export const PREFERRED: readonly NonNullable<BodyBinding['writes']>[] = ['json', 'form', 'multipart', 'text', 'file']

/** The type that goes into the header, where the document names a range of them. */
export function sentType(type: string): string {
  const bare = bareType(type)
  if (bare === '*/*' || bare === 'application/*') return 'application/json'
  if (bare === 'multipart/*') return 'multipart/form-data'
  return bare === 'text/*' ? 'text/plain' : bare
}
