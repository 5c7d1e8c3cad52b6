import { addWebhook, madeWebhook, rotatedWebhook, type WebhookView, webhook, webhookInPath, webhooksQuery } from '@handfast/contract'
import { z } from 'zod'
import { type DeveloperId, rfc3339 } from '../../../lib/index.ts'
import { type Webhook, type WebhookId, WebhookNotFoundError } from '../../../notices/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import type { NoticeRooms } from './notice-views.ts'

/** Programs that are told of notices. Owners of an organisation see to its webhooks, operators to their own. */
export function webhookEndpoints({ notifying, developers }: NoticeRooms): readonly AnyEndpoint[] {
  const { webhooks } = notifying
  async function requireOwner({ user, workspace, roles }: Caller, developer: DeveloperId | null, reading = false): Promise<void> {
    if (developer !== null) await developers.requireMember(workspace, developer, user, reading ? 'member' : 'owner')
    else if (!roles.includes('operator')) throw new WebhookNotFoundError()
  }
  async function opened(caller: Caller, id: string): Promise<WebhookId> {
    const found = await webhooks.get(caller.workspace, id)
    const { developer } = found
    if (developer !== null && (await developers.roleOf(caller.workspace, developer, caller.user)) === undefined) throw new WebhookNotFoundError()
    await requireOwner(caller, developer)
    return found.id
  }
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/webhooks',
      summary: 'Programs that are told of the notices of your organisation, or of those to the operator',
      policy: session(),
      ledger: { none: 'reading' },
      input: webhooksQuery,
      output: z.object({ items: z.array(webhook).readonly() }),
      handle: async ({ developer }, caller) => {
        const whose = (developer as DeveloperId | undefined) ?? null
        await requireOwner(caller, whose, true)
        return { items: (await webhooks.list(caller.workspace, whose)).map(view) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/webhooks',
      summary: 'Have a program told of notices, signed as Standard Webhooks says; the secret is shown once',
      policy: session(),
      ledger: 'webhook.created',
      input: addWebhook,
      output: madeWebhook,
      status: 201,
      keepsAnswer: false,
      handle: async ({ developer, url, kinds }, caller) => {
        const whose = (developer as DeveloperId | undefined) ?? null
        await requireOwner(caller, whose)
        const made = await webhooks.add({ workspace: caller.workspace, developer: whose, url, kinds, by: caller.user })
        return { ...view(made), secret: made.secret }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/webhooks/{id}/rotate',
      summary: 'Replace the secret of a webhook; the one before signs beside it for a day',
      policy: session(),
      ledger: 'webhook.changed',
      input: webhookInPath,
      output: rotatedWebhook,
      keepsAnswer: false,
      handle: async ({ id }, caller) => {
        const { secret, previousUntil } = await webhooks.rotate(caller.workspace, await opened(caller, id), caller.user)
        return { secret, previousUntil: rfc3339(previousUntil) }
      },
    }),
    ...(['stop', 'start'] as const).map((verb) =>
      endpoint({
        method: 'POST',
        path: `/api/v1/webhooks/{id}/${verb}`,
        summary: verb === 'stop' ? 'Tell a webhook nothing any more' : 'Tell a webhook again; what was sent meanwhile lies in the inbox',
        policy: session(),
        ledger: 'webhook.changed',
        input: webhookInPath,
        output: webhook,
        handle: async ({ id }, caller) => view(await webhooks.steer(caller.workspace, await opened(caller, id), verb === 'start', caller.user)),
      }),
    ),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/webhooks/{id}',
      summary: 'Take a webhook away, and destroy its secrets',
      policy: session(),
      ledger: 'webhook.deleted',
      input: webhookInPath,
      output: z.void(),
      handle: async ({ id }, caller) => webhooks.remove(caller.workspace, await opened(caller, id), caller.user),
    }),
  ]
}

function view({ id, developer, url, kinds, createdAt, stoppedAt, stoppedBecause }: Webhook): WebhookView {
  return {
    id: id as WebhookView['id'],
    developer: developer as WebhookView['developer'],
    url,
    kinds,
    createdAt: rfc3339(createdAt),
    stoppedAt: stoppedAt === null ? null : rfc3339(stoppedAt),
    stoppedBecause,
  }
}
