import { record } from '../ledger/index.ts'
import { type Clock, DAY, type DeveloperId, newId, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import type { Storage } from '../storage/index.ts'
import type { Notice } from './delivery-store.ts'
import { TooManyWebhooksError, WebhookAddressError, WebhookNotFoundError } from './notice-errors.ts'
import { newSecret } from './sign-webhook.ts'
import { type Webhook, type WebhookId, WebhookStore } from './webhook-store.ts'

/** How long a replaced secret still signs beside the new one. */
export const OVERLAP = DAY
const MOST_WEBHOOKS = 10

export type WebhooksNeeds = { readonly storage: Storage; readonly clock: Clock; readonly sealing: Sealing }
export type NewWebhook = Pick<Webhook, 'developer' | 'url' | 'kinds'> & { readonly workspace: WorkspaceId; readonly by: UserId }
/** A webhook with the secret that is told once. */
export type MadeWebhook = Webhook & { readonly secret: string }

/** Programs that are told of notices, each with a secret of its own. Who may do what with them says the door. */
export class Webhooks {
  readonly store: WebhookStore
  readonly #needs: WebhooksNeeds

  constructor(needs: WebhooksNeeds) {
    this.#needs = needs
    this.store = new WebhookStore(needs.storage.db)
  }

  list(workspace: WorkspaceId, developer: DeveloperId | null): Promise<readonly Webhook[]> {
    return this.store.list(workspace, developer)
  }

  /** @throws WebhookNotFoundError */
  async get(workspace: WorkspaceId, id: string): Promise<Webhook> {
    const found = await this.store.find(workspace, id)
    if (found === undefined) throw new WebhookNotFoundError()
    return found
  }

  /** @throws WebhookAddressError, TooManyWebhooksError */
  async add({ workspace, developer, url, kinds, by }: NewWebhook): Promise<MadeWebhook> {
    const { storage, clock } = this.#needs
    checkAddress(url)
    if ((await this.store.list(workspace, developer)).length >= MOST_WEBHOOKS) throw new TooManyWebhooksError(MOST_WEBHOOKS)
    const at = clock.now()
    const webhook: Webhook = {
      id: newId('whk', at),
      developer,
      url,
      kinds: [...new Set(kinds)].toSorted(),
      createdBy: by,
      createdAt: at,
      stoppedAt: null,
      stoppedBecause: null,
    }
    const secret = newSecret()
    const facts = { developer, host: new URL(url).host, kinds: webhook.kinds }
    await storage.write([
      this.store.adding(workspace, webhook),
      this.#sealing(workspace, webhook.id, secret, at),
      record(storage.db, { event: 'webhook.created', workspace, subject: webhook.id, by, at, facts }),
    ])
    return { ...webhook, secret }
  }

  /** A new secret, which is told once. Those before sign beside it for a day. */
  async rotate(workspace: WorkspaceId, id: WebhookId, by: UserId): Promise<{ readonly secret: string; readonly previousUntil: number }> {
    const { storage, clock } = this.#needs
    await this.get(workspace, id)
    const at = clock.now()
    const secret = newSecret()
    const previousUntil = at + OVERLAP
    await storage.write([
      ...this.store.retiring(workspace, id, at, previousUntil),
      this.#sealing(workspace, id, secret, at),
      record(storage.db, { event: 'webhook.changed', workspace, subject: id, by, at, facts: { changed: 'secret', previousUntil } }),
    ])
    return { secret, previousUntil }
  }

  /** Tells it nothing any more, or again. What was sent meanwhile is not made up for; it stands in the inbox. */
  async steer(workspace: WorkspaceId, id: WebhookId, told: boolean, by: UserId): Promise<Webhook> {
    const { storage, clock } = this.#needs
    const at = clock.now()
    await storage.write([
      this.store.stopping(workspace, id, told ? null : at, told ? null : 'somebody stopped it'),
      record(storage.db, { event: 'webhook.changed', workspace, subject: id, by, at, facts: { changed: told ? 'started' : 'stopped' } }),
    ])
    return this.get(workspace, id)
  }

  /** @throws WebhookNotFoundError */
  async remove(workspace: WorkspaceId, id: WebhookId, by: UserId): Promise<void> {
    const { storage, clock } = this.#needs
    const entry = { event: 'webhook.deleted', workspace, subject: id, by, at: clock.now() } as const
    await storage.write([...this.store.removing(workspace, id), record(storage.db, entry)])
  }

  /** Those that are told a notice, by id. */
  async toldOf({ workspace, to, kind }: Pick<Notice, 'workspace' | 'to' | 'kind'>): Promise<readonly WebhookId[]> {
    if (to.kind !== 'developer' && to.kind !== 'operator') return []
    const all = await this.store.list(workspace, to.kind === 'developer' ? to.developer : null)
    return all.filter(({ stoppedAt, kinds }) => stoppedAt === null && (kinds.length === 0 || kinds.includes(kind))).map(({ id }) => id)
  }

  /** What signs now, the newest first. */
  async secretsOf(workspace: WorkspaceId, id: string): Promise<readonly string[]> {
    const rows = await this.store.secrets(workspace, id, this.#needs.clock.now())
    return rows.map((row) => this.#needs.sealing.open(placeOf(row.id, id), row.sealed))
  }

  #sealing(workspace: WorkspaceId, endpoint: string, secret: string, at: number) {
    const id = newId('whs', at)
    return this.store.addingSecret(workspace, endpoint, id, this.#needs.sealing.seal(placeOf(id, endpoint), secret), at)
  }
}

function placeOf(id: string, endpoint: string): string {
  return `webhook-secret:${id}:${endpoint}`
}

/** Where it may lead is decided when it is dialled; here only what can be seen at once. */
function checkAddress(text: string): void {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new WebhookAddressError('it is no https address.')
  if (url.username !== '' || url.password !== '') throw new WebhookAddressError('it carries a name or a password. Use the signature instead.')
  if (url.hash !== '') throw new WebhookAddressError('it has a part behind #, which is never sent.')
}
