import { manifestJsonSchema } from '@handfast/contract'

type Schema = {
  readonly description?: string
  readonly default?: unknown
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** What a new manifest starts with; everything else stands in it as a comment. */
export type Start = { readonly slug: string; readonly name: string; readonly kind: 'mcp' | 'openapi'; readonly url: string }

const WIDTH = 110

/**
 * A manifest with a word about every field, made from the same schema that it is checked by. What has to be filled in stands there to be written over;
 * what may be left out is a comment with its default.
 */
export function commentedManifest(start: Start): string {
  const { properties = {}, required = [] } = manifestJsonSchema() as Schema
  const given: Readonly<Record<string, string>> = {
    slug: start.slug,
    name: quoted(start.name),
    kind: start.kind,
    url: quoted(start.url),
    description: quoted('What it is good for, in words for users.'),
    privacyNotice: '|\n  Who receives the data, what for, how long it is kept, and whom to ask about it.',
    ownsApi: 'false',
  }
  const fields = Object.entries(properties).map(([name, field]) => {
    const about = comment(field.description ?? '')
    const value = given[name]
    if (value !== undefined) return `${about}${name}: ${value}\n`
    if (required.includes(name)) return `${about}${name}:\n`
    return `${about}${choices(field)}# ${name}: ${JSON.stringify(field.default ?? example(field))}\n`
  })
  return `# The manifest of a connector. Fields that begin with "# name:" may be left out; they show what holds then, or what could stand there.\n# Editors find the schema of this file with: handfast connector schema\n\n${fields.join('\n')}`
}

function choices(field: Schema): string {
  const parts = field.oneOf ?? field.anyOf ?? []
  const kinds = parts.flatMap(({ properties, description }) => {
    const type = properties?.['type']?.const
    return typeof type === 'string' ? [`#   type: ${type}${description === undefined ? '' : `  (${description})`}\n`] : []
  })
  if (kinds.length > 0) return kinds.join('')
  const inner = Object.entries(field.properties ?? {}).map(([name, { description = '' }]) => `#   ${name}: ${description}\n`)
  return inner.join('')
}

function example(field: Schema): unknown {
  if (field.enum !== undefined) return field.enum[0]
  if (field.type === 'array') return []
  if (field.type === 'boolean') return false
  return field.type === 'object' ? {} : ''
}

function comment(text: string): string {
  const lines: string[] = ['']
  for (const word of text.split(/\s+/)) {
    const last = lines.length - 1
    const longer = lines[last] === '' ? word : `${lines[last]} ${word}`
    if (longer.length > WIDTH) lines.push(word)
    else lines[last] = longer
  }
  return lines.map((line) => `# ${line}\n`).join('')
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
