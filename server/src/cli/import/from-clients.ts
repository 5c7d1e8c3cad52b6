import { isObject, type JsonObject, pointer } from '../../lib/index.ts'
import { composeManifest, slugFor } from '../try/compose-manifest.ts'
import type { Draft, Remark } from './draft.ts'
import { placementFrom } from './headers.ts'

const texts = (value: unknown): Record<string, string> =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string')) : {}

/** True for the JSON in which assistants keep their MCP servers: `mcpServers` of most, `servers` of VS Code. */
export function isClientFile(content: JsonObject): boolean {
  return isObject(content['mcpServers']) || (isObject(content['servers']) && content['openapi'] === undefined)
}

/** Drafts of the servers that an assistant's file names. */
export function fromClientFile(content: JsonObject): readonly Draft[] {
  const under = isObject(content['mcpServers']) ? 'mcpServers' : 'servers'
  return Object.entries(content[under] as JsonObject).map(([name, entry]) => draftOf(name, isObject(entry) ? entry : {}, [under, name]))
}

function draftOf(name: string, entry: JsonObject, at: readonly string[]): Draft {
  const url = entry['url'] ?? entry['serverUrl'] ?? entry['httpUrl']
  if (typeof url === 'string') return remote(name, url, entry, at)
  if (typeof entry['command'] === 'string') return program(name, entry['command'], entry, at)
  return nothing(name, at, 'It names neither an address nor a command.')
}

function nothing(name: string, at: readonly string[], message: string): Draft {
  const remarks: Remark[] = [{ level: 'unusable', pointer: pointer(...at), message }]
  return { slug: slugFor(name, 'http://server'), name, manifest: null, document: null, runner: null, remarks }
}

function remote(name: string, url: string, entry: JsonObject, at: readonly string[]): Draft {
  if (/\$\{|\{\{/.test(url)) return nothing(name, [...at, 'url'], `The address has a part that is filled in elsewhere: ${url}. Write it out.`)
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return nothing(name, [...at, 'url'], 'That is not an address of the web.')
  const remarks: Remark[] = []
  if (entry['type'] === 'sse' || entry['transport'] === 'sse') {
    remarks.push({
      level: 'todo',
      pointer: pointer(...at, 'type'),
      message: 'It is a server of the transport of 2024 (HTTP+SSE). Ask for its address over Streamable HTTP, which often ends in /mcp.',
    })
  }
  if (parsed.search !== '') {
    remarks.push({
      level: 'todo',
      pointer: pointer(...at, 'url'),
      message: 'What follows the question mark was left out, as keys often stand there. Put it back into `url` where it is none.',
    })
    parsed.search = ''
  }
  const { placement, remarks: about } = placementFrom(texts(entry['headers']), [...at, 'headers'])
  const slug = slugFor(name, parsed.href)
  const manifest = composeManifest({ kind: 'mcp', title: name, description: null, url: parsed.href, credential: placement }, slug)
  return { slug, name, manifest, document: null, runner: null, remarks: [...remarks, ...about] }
}

/** A program is run by a runner, never by the gateway. Values of its variables are not taken over: they are where keys stand. */
function program(name: string, command: string, entry: JsonObject, at: readonly string[]): Draft {
  const args = Array.isArray(entry['args']) ? entry['args'].filter((arg): arg is string => typeof arg === 'string') : []
  const passEnv = Object.keys(texts(entry['env']))
  const remarks: Remark[] = [
    {
      level: 'todo',
      pointer: pointer(...at, 'command'),
      message: 'It is a program. Look through its line in runner.yaml, start `handfast runner`, and put the address that it prints into `url`.',
    },
  ]
  if (passEnv.length > 0) {
    remarks.push({
      level: 'todo',
      pointer: pointer(...at, 'env'),
      message: `Values of ${passEnv.join(', ')} were not taken over. Set them where the runner starts, or name one as \`credentialEnv\`.`,
    })
  }
  if ([command, ...args].some((part) => part.includes('${'))) {
    remarks.push({
      level: 'todo',
      pointer: pointer(...at, 'args'),
      message: 'A part of the line is filled in by the assistant. Write it out.',
    })
  }
  const slug = slugFor(name, 'http://server')
  const manifest = composeManifest(
    { kind: 'mcp', title: name, description: null, url: `http://127.0.0.1:4480/${slug}/mcp`, credential: { type: 'bearer' } },
    slug,
  )
  return { slug, name, manifest, document: null, runner: { command, args, passEnv }, remarks }
}

/**
 * The line that adds a server to Claude Code: `claude mcp add --transport http NAME URL --header "Name: value"`.
 * @returns the same in the shape of a file, or null where it is something else
 */
export function readAddLine(text: string): JsonObject | null {
  const words = [...text.trim().matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '')
  if (words.slice(0, 3).join(' ') !== 'claude mcp add') return null
  const headers: Record<string, string> = {}
  const env: Record<string, string> = {}
  const plain: string[] = []
  let transport = 'stdio'
  for (let at = 3; at < words.length; at++) {
    const word = words[at] ?? ''
    const next = () => words[++at] ?? ''
    if (word === '--transport' || word === '-t') transport = next()
    else if (word === '--scope' || word === '-s') next()
    else if (word === '--header' || word === '-H') {
      const [name = '', ...value] = next().split(':')
      headers[name.trim()] = value.join(':').trim()
    } else if (word === '--env' || word === '-e') {
      const [name = '', ...value] = next().split('=')
      env[name] = value.join('=')
    } else if (word === '--') {
      plain.push(...words.slice(at + 1))
      break
    } else plain.push(word)
  }
  const [name, place, ...args] = plain
  if (name === undefined || place === undefined) return null
  return { mcpServers: { [name]: transport === 'stdio' ? { command: place, args, env } : { type: transport, url: place, headers } } }
}
