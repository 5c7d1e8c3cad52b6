import { isObject, type JsonObject, pointer } from '../../lib/index.ts'
import { composeManifest, slugFor } from '../try/compose-manifest.ts'
import type { Draft, Remark, RunnerEntry } from './draft.ts'
import { placementFrom } from './headers.ts'

const objects = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** True for a `server.json` (schema 2025-12-11), an answer of a registry about one server, and its list of servers. */
export function isRegistry(content: JsonObject): boolean {
  if (Array.isArray(content['servers']) || isObject(content['server'])) return true
  return typeof content['name'] === 'string' && (Array.isArray(content['remotes']) || Array.isArray(content['packages']))
}

/** Drafts of what a registry says, or one `server.json`. */
export function fromRegistry(content: JsonObject): readonly Draft[] {
  if (Array.isArray(content['servers'])) {
    return content['servers'].map((entry, at) => {
      const inner = isObject(entry) && isObject(entry['server']) ? ['server'] : []
      return draftOf(isObject(entry) ? entry : {}, ['servers', at], inner)
    })
  }
  return [draftOf(content, [], isObject(content['server']) ? ['server'] : [])]
}

function draftOf(entry: JsonObject, at: readonly (string | number)[], inner: readonly string[]): Draft {
  const server = inner.length > 0 ? (entry['server'] as JsonObject) : entry
  const here = [...at, ...inner]
  const remarks: Remark[] = []
  const standing = standingOf(entry)
  if (standing === 'deleted') remarks.push({ level: 'unusable', pointer: pointer(...at, '_meta'), message: 'The registry says that it was deleted.' })
  if (standing === 'deprecated')
    remarks.push({ level: 'note', pointer: pointer(...at, '_meta'), message: 'The registry says that it is deprecated.' })
  const name = text(server['name']) ?? ''
  const title = text(server['title']) ?? name.split('/').at(-1) ?? name
  const slug = slugFor(title, 'http://server')
  const empty = { slug, name, manifest: null, document: null, runner: null }
  if (!/^[A-Za-z0-9.-]+\/[A-Za-z0-9._-]+$/.test(name)) {
    return { ...empty, remarks: [...remarks, { level: 'unusable', pointer: pointer(...here, 'name'), message: 'That is no name of a registry.' }] }
  }
  if (standing === 'deleted') return { ...empty, remarks }
  const remotes = objects(server['remotes'])
  const chosen = remotes.findIndex(({ type }) => type === 'streamable-http')
  const describe = text(server['description'])
  if (chosen !== -1) {
    const remote = remotes[chosen] ?? {}
    const filled = fillIn(text(remote['url']) ?? '', isObject(remote['variables']) ? remote['variables'] : {}, [...here, 'remotes', chosen])
    if (filled.url === null) return { ...empty, remarks: [...remarks, ...filled.remarks] }
    const headers = Object.fromEntries(objects(remote['headers']).map((header) => [text(header['name']) ?? '', text(header['value']) ?? '']))
    const { placement, remarks: about } = placementFrom(headers, [...here, 'remotes', chosen, 'headers'])
    const manifest = composeManifest({ kind: 'mcp', title, description: describe, url: filled.url, credential: placement }, slug)
    return { ...empty, manifest, remarks: [...remarks, ...filled.remarks, ...about] }
  }
  if (remotes.length > 0) {
    remarks.push({ level: 'note', pointer: pointer(...here, 'remotes'), message: 'Its remotes speak only the transport of 2024 (HTTP+SSE).' })
  }
  for (const [number, pack] of objects(server['packages']).entries()) {
    const runner = runnerOf(pack)
    if (runner === null) continue
    remarks.push({
      level: 'todo',
      pointer: pointer(...here, 'packages', number),
      message: 'It is a program. Look through its line in runner.yaml, start `handfast runner`, and put the address that it prints into `url`.',
    })
    if (runner.passEnv.length > 0) {
      remarks.push({
        level: 'todo',
        pointer: pointer(...here, 'packages', number, 'environmentVariables'),
        message: `It asks for ${runner.passEnv.join(', ')}. Set them where the runner starts, or name one as \`credentialEnv\`.`,
      })
    }
    const url = `http://127.0.0.1:4480/${slug}/mcp`
    const manifest = composeManifest({ kind: 'mcp', title, description: describe, url, credential: { type: 'bearer' } }, slug)
    return { ...empty, manifest, runner, remarks }
  }
  const message = 'It has neither an address over Streamable HTTP nor a package that a runner can start.'
  return { ...empty, remarks: [...remarks, { level: 'unusable', pointer: pointer(...here), message }] }
}

function standingOf(entry: JsonObject): unknown {
  const meta = entry['_meta']
  const official = isObject(meta) ? meta['io.modelcontextprotocol.registry/official'] : undefined
  return isObject(official) ? official['status'] : undefined
}

/** An address may have parts in braces, each with a default or a choice. */
function fillIn(
  url: string,
  variables: JsonObject,
  at: readonly (string | number)[],
): { readonly url: string | null; readonly remarks: readonly Remark[] } {
  const remarks: Remark[] = []
  let whole = true
  const filled = url.replaceAll(/\{([^{}]+)\}/g, (part, name: string) => {
    const variable = variables[name]
    const known = isObject(variable) ? (text(variable['value']) ?? text(variable['default']) ?? choiceOf(variable)) : null
    if (known === null) whole = false
    const message =
      known === null ? `The address needs a value for ${name}.` : `${name} was filled in as ${known}. Change it in \`url\` where that is wrong.`
    remarks.push({ level: known === null ? 'unusable' : 'note', pointer: pointer(...at, 'variables', name), message })
    return known ?? part
  })
  const parsed = URL.parse(filled)
  if (whole && (parsed === null || !/^https?:$/.test(parsed.protocol))) {
    whole = false
    remarks.push({ level: 'unusable', pointer: pointer(...at, 'url'), message: 'That is not an address of the web.' })
  }
  return { url: whole ? filled : null, remarks }
}

function choiceOf(variable: JsonObject): string | null {
  return Array.isArray(variable['choices']) ? text(variable['choices'][0]) : null
}

const starters: Readonly<Record<string, (identifier: string, version: string | null) => readonly [string, readonly string[]]>> = {
  npm: (identifier, version) => ['npx', ['-y', version === null ? identifier : `${identifier}@${version}`]],
  pypi: (identifier, version) => ['uvx', [version === null ? identifier : `${identifier}@${version}`]],
  oci: (identifier, version) => [
    'docker',
    ['run', '-i', '--rm', version === null || identifier.includes(':') ? identifier : `${identifier}:${version}`],
  ],
  nuget: (identifier, version) => ['dnx', [version === null ? identifier : `${identifier}@${version}`, '--yes']],
}

function runnerOf(pack: JsonObject): RunnerEntry | null {
  const [kind, identifier, transport] = [text(pack['registryType']), text(pack['identifier']), pack['transport']]
  const start = kind === null || !Object.hasOwn(starters, kind) ? undefined : starters[kind]
  if (start === undefined || identifier === null || identifier.startsWith('-')) return null
  if (isObject(transport) && transport['type'] !== 'stdio') return null
  const [command, first] = start(identifier, text(pack['version']))
  const passEnv = objects(pack['environmentVariables']).flatMap(({ name }) => text(name) ?? [])
  return { command, args: [...first, ...argumentsOf(pack['packageArguments'])], passEnv }
}

/** Arguments with a value of their own; what a person would have to fill in is left to them. */
function argumentsOf(given: unknown): readonly string[] {
  return objects(given).flatMap((argument) => {
    const value = text(argument['value']) ?? text(argument['default'])
    if (argument['type'] === 'positional') return value === null ? [] : [value]
    const name = text(argument['name'])
    if (name === null) return []
    return value === null ? (argument['format'] === 'boolean' || argument['isRequired'] === true ? [name] : []) : [name, value]
  })
}
