import { createHash } from 'node:crypto'
import type { BundleView, ChangeDetail, ChangePreviewView, ChangeView, InForceView } from '@handfast/contract'
import type { Person } from '../demo/person.ts'
import { expect, type StorySteps } from '../demo/story-steps.ts'
import { type Clock, DAY, dayOf, eventually } from './clock.ts'

const DOCUMENT = 'usage-policies'
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')

type Told = { readonly items: readonly { readonly id: string; readonly kind: string }[] }
type Exported = {
  readonly inForce: readonly { readonly document: string; readonly sha256: string; readonly how: string }[]
  readonly documents: readonly { readonly id: string; readonly body: string; readonly sha256: string }[]
  readonly acceptances: readonly { readonly receipt: string | null; readonly receiptSha256: string | null }[]
  readonly deemed: readonly { readonly change: string; readonly servedAt: string; readonly dueAt: string }[]
}

/** Who plays in this part, and on which connector. */
export type Cast = { readonly operator: Person; readonly developer: Person; readonly clock: Clock; readonly slug: string }

/** The terms change, the developer says nothing, and on day 15 that is an acceptance: of another kind, and told apart ever after (clause 7a-changes). */
export async function changesTheTerms(story: StorySteps, { operator, developer, clock, slug }: Cast): Promise<void> {
  const path = `/api/v1/connectors/${slug}`
  const policies = async (on?: number) => {
    const query = on === undefined ? '' : `?on=${encodeURIComponent(new Date(on).toISOString())}`
    const { documents } = await developer.get<InForceView>(`${path}/terms${query}`)
    const found = documents.find(({ document }) => document === DOCUMENT)
    expect(found !== undefined, 'No usage policies are in force.')
    return found
  }

  const draft = await story.step('the operator drafts another edition of the usage policies, and sees what differs', async () => {
    const { documents } = await operator.get<BundleView>('/api/v1/terms')
    const body = `${documents.find(({ document }) => document === DOCUMENT)?.body ?? ''}\n## Greetings\n\nTools greet people before they ask.\n`
    const one = await operator.post<ChangeDetail>('/api/v1/terms/changes', {
      document: DOCUMENT,
      body,
      class: 'material',
      justification: 'A new duty for developers.',
    })
    const fresh = one.difference.filter(({ kind }) => kind !== 'same').map(({ pieces }) => pieces.map(({ text }) => text.trim()).join(' '))
    expect(fresh.length === 2, `${fresh.length} paragraphs differ.`)
    return [`new: ${fresh.join(' / ')}`, one] as const
  })

  const posted = await story.step('it is material: fifteen days, and not an hour less; then it is posted', async () => {
    const at = `/api/v1/terms/changes/${draft.id}`
    const { earliest, recipients } = await operator.get<ChangePreviewView>(`${at}/preview`)
    const sooner = new Date(Date.parse(earliest) - 3_600_000).toISOString()
    const refused = await operator.post(`${at}/post`, { sha256: draft.sha256, effectiveAt: sooner }).catch((error: { code?: string }) => error.code)
    expect(refused === 'terms/too-early', `A change that comes an hour too early was answered with ${String(refused)}.`)
    const one = await operator.post<ChangeView>(`${at}/post`, { sha256: draft.sha256 })
    const told = recipients.map(({ name, connectors }) => `${name} (${connectors.join(', ')})`)
    return [`effective on ${dayOf(one.effectiveAt ?? 0)}; told: ${told.join(', ')}`, one] as const
  })

  const servedAt = await story.step('the developer receives the notice, and says nothing about it', async () => {
    const mine = () => developer.get<Told>('/api/v1/notices')
    const { items } = await eventually(mine, (seen) => seen.items.some(({ kind }) => kind === 'terms.changed'), 'No notice of the change came.')
    const notice = items.find(({ kind }) => kind === 'terms.changed')
    const at = await clock.now()
    await developer.post(`/api/v1/notices/${notice?.id ?? ''}/acknowledge`, {})
    const { held } = await policies()
    expect(
      held.some(({ change, why }) => change === posted.id && why === 'window'),
      'The change does not wait for its time.',
    )
    return [`served on ${dayOf(at)}; the edition that was accepted goes on binding`, at] as const
  })

  const binds = servedAt + 15 * DAY
  await story.step('on day 14, and in the last second of day 15, the accepted edition binds', async () => {
    await clock.movesTo(servedAt + 14 * DAY)
    const day14 = await policies()
    await clock.movesTo(binds - 1_000)
    const last = await policies()
    for (const { how, sha256 } of [day14, last]) expect(how === 'accepted' && sha256 !== draft.sha256, `It is ${how} already.`)
    return [`until ${new Date(binds - 1_000).toISOString()}`, undefined] as const
  })

  await story.step('one second later silence has become an acceptance: the connector was still available', async () => {
    await clock.movesTo(binds)
    const { how, by, sha256, since } = await policies()
    expect(how === 'deemed' && by === posted.id && sha256 === draft.sha256 && Date.parse(since) === binds, `It is ${how} since ${since}.`)
    const before = await policies(binds - 1)
    expect(before.how === 'accepted', `The day before reads ${before.how} now.`)
    return [`deemed accepted since ${dayOf(since)}; what was in force before is still told`, undefined] as const
  })

  await story.step('the agreement is exported: every digest can be computed again, and silence is told apart from a yes', async () => {
    const ask = () => developer.get<Exported>(`${path}/agreement/export`)
    const whole = await eventually(ask, ({ deemed }) => deemed.length === 1, 'The silence was not written down.')
    for (const { body, sha256 } of whole.documents) expect(digestOf(body) === sha256, 'A document has another digest than it says.')
    for (const { receipt, receiptSha256 } of whole.acceptances)
      expect(receipt === null || digestOf(receipt) === receiptSha256, 'A receipt has another digest than it says.')
    const [one] = whole.deemed
    expect(one?.change === posted.id && Date.parse(one.servedAt) === servedAt && Date.parse(one.dueAt) === binds, 'The dates are other ones.')
    const kinds = whole.inForce.map(({ document, how }) => `${document} ${how}`)
    return [`${whole.documents.length} documents, ${whole.acceptances.length} acceptance; in force: ${kinds.join(', ')}`, undefined] as const
  })
}
