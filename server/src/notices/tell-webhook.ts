import { type Egress, fetchPurposes } from '../egress/index.ts'
import { record } from '../ledger/index.ts'
import { type Clock, HOUR, MINUTE, Refusal, rfc3339, SECOND } from '../lib/index.ts'
import type { Done, Due } from '../schedule/index.ts'
import type { Storage, Write } from '../storage/index.ts'
import type { Deliveries } from './deliveries.ts'
import type { Delivery } from './delivery.ts'
import type { Notice } from './delivery-store.ts'
import type { NewNotice, Outbox } from './outbox.ts'
import { signedHeaders } from './sign-webhook.ts'
import type { Webhook } from './webhook-store.ts'
import type { Webhooks } from './webhooks.ts'

export type TellingNeeds = {
  readonly storage: Storage
  readonly clock: Clock
  readonly outbox: Outbox
  readonly deliveries: Deliveries
  readonly webhooks: Webhooks
  readonly egress: Egress
}

/** Pauses between attempts, as Standard Webhooks proposes: about three days together. */
const PAUSES = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR] as const
/** RFC 9110 section 15.5.11: whoever answers this wants nothing any more. */
const GONE = 410

/** Tells one program of one notice. It is told at least once, by the same id and with the same words each time. */
export async function tellWebhook(needs: TellingNeeds, notice: Notice, delivery: Delivery, tries: number, due: Due): Promise<Done> {
  const { deliveries, webhooks } = needs
  const { workspace, place } = delivery
  const webhook = await webhooks.store.find(workspace, place)
  if (webhook === undefined || webhook.stoppedAt !== null)
    return { writes: await deliveries.moving(delivery, 'failed', { detail: 'the webhook was stopped or taken away' }) }
  const answer = await post(needs, webhook, delivery, await written(needs, notice, delivery), due)
  if (answer.arrived) return { writes: await deliveries.moving(delivery, 'accepted', { detail: answer.said }) }
  const pause = PAUSES[tries]
  if (pause !== undefined && !answer.gone) {
    const writes = await deliveries.moving(delivery, 'deferred', { detail: answer.said })
    return { writes, next: due.now + pause, payload: { ...due.payload, tries: tries + 1 } }
  }
  const failed = await deliveries.moving(delivery, 'failed', { detail: answer.said })
  return { writes: [...failed, ...stopping(needs, notice, webhook, answer.said, due.now)] }
}

type Said = { readonly arrived: boolean; readonly gone: boolean; readonly said: string }

async function post(
  { clock, egress, webhooks }: TellingNeeds,
  { id, url }: Webhook,
  delivery: Delivery,
  body: string,
  { signal }: Due,
): Promise<Said> {
  const rule = fetchPurposes.webhook
  const headers = signedHeaders(delivery.id, clock.now(), body, await webhooks.secretsOf(delivery.workspace, id))
  try {
    const answer = await egress.request({
      url: new URL(url),
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      reason: rule.reason,
      origins: [],
      redirects: rule.mostRedirects,
      limits: { totalMs: rule.mostMs, maxBytes: rule.mostBytes },
      signal,
    })
    await answer.body.discard()
    return { arrived: answer.status >= 200 && answer.status < 300, gone: answer.status === GONE, said: `it answered ${answer.status}` }
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error
    return { arrived: false, gone: false, said: `${error.code}: ${error.message}` }
  }
}

/** The body that every attempt sends. */
async function written({ storage, deliveries, clock }: TellingNeeds, notice: Notice, delivery: Delivery): Promise<string> {
  const { store } = deliveries
  const known = await store.copy(delivery.workspace, delivery.id)
  if (known !== undefined) return known.content
  const { id, kind, clause, legal, connector_id: connector, subject, title, body, sha256, at } = notice
  const data = { notice: id, clause, legal, connector, subject, title, body, sha256 }
  const text = JSON.stringify({ type: kind, timestamp: rfc3339(at), data })
  await storage.write([store.copying(delivery, 'application/json', text, clock.now())])
  return (await store.copy(delivery.workspace, delivery.id))?.content ?? text
}

/** A program that is away for days is told nothing more until its people start it again; they are told that. */
function stopping(
  { storage, outbox, webhooks }: TellingNeeds,
  { workspace, to }: Notice,
  webhook: Webhook,
  why: string,
  at: number,
): readonly Write[] {
  const host = new URL(webhook.url).host
  const notice: NewNotice = {
    workspace,
    to: to.kind === 'developer' ? { ...to, purpose: 'support' } : { kind: 'operator' },
    kind: 'notices.webhook-stopped',
    clause: '7b-notices',
    legal: false,
    connector: null,
    subject: webhook.id,
    title: `The webhook at ${host} was stopped`,
    body: `Notices could not be delivered to the webhook at ${host}: ${why}.\n\nIt is told nothing until somebody starts it again. Nothing is lost: every notice lies in your inbox here.`,
  }
  return [
    webhooks.store.stopping(workspace, webhook.id, at, why.slice(0, 300)),
    record(storage.db, { event: 'webhook.changed', workspace, subject: webhook.id, by: 'system', at, facts: { changed: 'stopped' } }),
    ...outbox.sending(notice, at),
  ]
}
