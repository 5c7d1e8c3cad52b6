import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createEgress } from '../../egress/index.ts'
import { type Report, reviewOf } from '../../review/index.ts'
import { readFileSubject } from './read-subject.ts'

const folder = join(import.meta.dirname, '../../../test/tool-lists')
const lists = readdirSync(folder).filter((name) => name.endsWith('.json'))

/** What a person who read these lists agrees with: servers that command or steer the assistant, delete without saying so, or run what they are given. */
const agreed: Readonly<Record<string, readonly string[]>> = {
  'chrome-devtools-mcp.json': ['steers-choice', 'generic-executor'],
  'cloudflare-mcp-server-cloudflare.json': Array.from({ length: 18 }, () => 'destructive-unmarked'),
  'mcp-server-kubernetes.json': ['generic-executor', 'mixed-effects'],
  'playwright-mcp.json': ['generic-executor', 'generic-executor'],
  'circleci-mcp-server-circleci.json': Array.from({ length: 13 }, () => 'commands-assistant'),
  'kazuph-mcp-taskmanager.json': ['commands-assistant', 'destructive-unmarked'],
}

async function look(name: string): Promise<Report> {
  await using egress = createEgress({ allow: [], dangerouslyAllowPrivateAddresses: false })
  const { content, described } = await readFileSubject(join(folder, name), { key: null }, egress)
  const unknown = { manifest: null, previous: null, developer: null, listing: null, probes: null, document: null }
  return reviewOf({
    ...unknown,
    content,
    server: described.server,
    target: { allowed: true, rule: 'not looked at' },
    origins: [],
    uncheckedPatterns: [],
    others: [],
    marks: ['Handfast'],
  })
}

/** Servers of which a reader would say that they leave it to the name what an argument is for. */
const terse = [
  'kazuph-mcp-fetch.json',
  'kazuph-mcp-taskmanager.json',
  'mcp-server-kubernetes.json',
  'modelcontextprotocol-server-github.json',
  'modelcontextprotocol-server-postgres.json',
  'notionhq-notion-mcp-server.json',
]

describe('the lists of real servers', () => {
  it.each(lists)('are blamed for nothing that a reader would not blame them for: %s', async (name) => {
    const { findings } = await look(name)

    const grave = findings.filter(({ severity }) => severity !== 'notes').map(({ rule }) => rule)
    expect(grave).toEqual(agreed[name] ?? [])
    expect(findings.filter(({ severity }) => severity === 'blocks')).toEqual([])
    expect(findings.some(({ rule }) => rule === 'undescribed-parameters')).toBe(terse.includes(name))
  })
})
