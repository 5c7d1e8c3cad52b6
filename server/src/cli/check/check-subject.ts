import type { ReleaseContent } from '@handfast/contract'
import { prepareRelease } from '../../directory/index.ts'
import type { Egress } from '../../egress/index.ts'
import { Refusal, sha256 } from '../../lib/index.ts'
import { type Finding, originsOf, type Report, reviewOf, type UnderReview } from '../../review/index.ts'
import type { Subject } from './read-subject.ts'

/** What the door of the directory says. It is no rule of the review: what it refuses cannot be handed in at all. */
export const DOOR = 'not-accepted'

/** Nobody else waits for this process. */
const PATIENCE_MS = 120_000

/** Asks the rules about something that nobody has handed in. What only a server knows (other connectors, the publisher, probes) is not looked at. */
export async function checkSubject(subject: Subject, previous: ReleaseContent | null, egress: Egress): Promise<Report> {
  const { content, manifest, described } = subject
  const { uncheckedPatterns, refused } = await atTheDoor(manifest?.slug ?? 'xx', content)
  const [, ...elsewhere] = originsOf(content)
  const report = await reviewOf({
    content,
    manifest,
    previous,
    target: manifest === null ? { allowed: true, rule: 'not looked at' } : await verdictOf(content.target.url, egress),
    origins: await Promise.all(elsewhere.map(async (origin) => ({ origin, ...(await verdictOf(origin, egress)) }))),
    uncheckedPatterns,
    server: described.server,
    document: described.document,
    developer: null,
    listing: null,
    probes: null,
    others: [],
    marks: ['Handfast'],
  })
  return refused === null ? report : { ...report, findings: [refused, ...report.findings] }
}

type AtTheDoor = { readonly uncheckedPatterns: UnderReview['uncheckedPatterns']; readonly refused: Finding | null }

async function atTheDoor(slug: string, content: ReleaseContent): Promise<AtTheDoor> {
  try {
    const { uncheckedPatterns } = await prepareRelease(slug, content, PATIENCE_MS)
    return { uncheckedPatterns, refused: null }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const pointer = error.pointer ?? ''
    const fingerprint = sha256(`${DOOR}\n${pointer}\n${error.message}`)
    return { uncheckedPatterns: [], refused: { rule: DOOR, severity: 'blocks', clause: '2d-review', message: error.message, pointer, fingerprint } }
  }
}

/** Without a network, a name cannot be looked up, and that says nothing about the name. */
async function verdictOf(url: string, egress: Egress): Promise<UnderReview['target']> {
  const { allowed, rule, addresses } = await egress.explain(url)
  const unknown =
    !allowed &&
    addresses.length === 0 &&
    /^[a-z0-9.-]*[a-z][a-z0-9.-]*$/i.test(URL.parse(url)?.hostname ?? '') &&
    !/localhost$/i.test(URL.parse(url)?.hostname ?? '')
  return unknown ? { allowed: true, rule: 'not looked up' } : { allowed, rule }
}
