import { record } from '../ledger/index.ts'
import { DAY, type DeveloperId, equalSecrets, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { NewNotice } from '../notices/index.ts'
import type { Done, Due, Handlers } from '../schedule/index.ts'
import type { Write } from '../storage/index.ts'
import {
  ASK_AGAIN,
  CODE_LASTS,
  type Contact,
  type ContactPurpose,
  counts,
  GRACE,
  MOST_CONTACTS,
  newCode,
  nextCodeAt,
  readCode,
  stateOfContact,
} from './contact.ts'
import { ContactStore } from './contact-store.ts'
import { CodeInvalidError, ContactNotFoundError, ContactTakenError, TooManyCodesError } from './developers-errors.ts'
import type { DeveloperParts } from './parts.ts'

const ASK = 'developers.ask-contact'

/** What stale facts are told to. */
export type StaleFacts = {
  readonly wentStale: (workspace: WorkspaceId, contact: Contact, at: number) => Promise<readonly Write[]>
  readonly answered: (workspace: WorkspaceId, contact: Contact, at: number) => Write
}

/** Addresses of organisations, each proven by a code that comes back from it (clause 2d-accurate). */
export class Contacts {
  readonly #parts: DeveloperParts
  readonly #store: ContactStore
  readonly #stale: StaleFacts

  constructor(parts: DeveloperParts, stale: StaleFacts) {
    this.#parts = parts
    this.#store = new ContactStore(parts.storage.db)
    this.#stale = stale
  }

  list(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Contact[]> {
    return this.#store.list(workspace, developer)
  }

  /** Addresses that were proven, for a purpose. Empty: the owners of the organisation are told instead. */
  async of(workspace: WorkspaceId, developer: DeveloperId, purpose: ContactPurpose): Promise<readonly string[]> {
    const now = this.#parts.clock.now()
    const all = await this.#store.list(workspace, developer)
    return all.filter((one) => one.purpose === purpose && counts(one, now)).map((one) => one.email)
  }

  /** Adds an address and sends it its first code. @throws ContactTakenError */
  async add(workspace: WorkspaceId, developer: DeveloperId, purpose: ContactPurpose, email: string, by: UserId): Promise<Contact> {
    const at = this.#parts.clock.now()
    const known = (await this.#store.list(workspace, developer)).filter((one) => one.purpose === purpose)
    if (known.length >= MOST_CONTACTS || known.some((one) => one.email.toLowerCase() === email.toLowerCase())) throw new ContactTakenError()
    const contact: Contact = {
      id: newId('dct', at),
      developer,
      purpose,
      email,
      createdAt: at,
      code: null,
      codesSent: 0,
      codesSince: null,
      attempts: 0,
      verifiedAt: null,
      verifiedUntil: null,
      removedAt: null,
    }
    const asked = this.#asking(workspace, contact, by, at)
    await this.#parts.storage.write([this.#store.adding(workspace, contact, by), ...asked.writes])
    return asked.contact
  }

  /** Sends another code. @throws ContactNotFoundError, TooManyCodesError */
  async ask(workspace: WorkspaceId, developer: DeveloperId, id: string, by: UserId): Promise<Contact> {
    const at = this.#parts.clock.now()
    const contact = await this.#of(workspace, developer, id)
    const next = nextCodeAt(contact, at)
    if (next !== null) throw new TooManyCodesError(next - at)
    const asked = this.#asking(workspace, contact, by, at)
    await this.#parts.storage.write(asked.writes)
    return asked.contact
  }

  /** Somebody brings a code back. The code is what proves it, so whoever has it may. @throws CodeInvalidError */
  async confirm(id: string, typed: string): Promise<Contact> {
    const { storage, clock, schedule } = this.#parts
    const at = clock.now()
    await storage.write([this.#store.attempting(id, at)])
    const found = await this.#store.find(id)
    if (found === undefined) throw new CodeInvalidError()
    const { workspace, contact } = found
    const hash = hashOf(contact.id, readCode(typed))
    if (contact.code === null || !equalSecrets(contact.code.hash, hash)) throw new CodeInvalidError()
    const until = at + ASK_AGAIN + GRACE
    const { developer, purpose } = contact
    await storage.write([
      this.#store.verifying(workspace, id, hash, at, until),
      record(storage.db, { event: 'contact.verified', workspace, subject: developer, by: 'system', at, facts: { contact: id, purpose, until } }),
      schedule.putting({ workspace, kind: ASK, subject: id, dueAt: at + ASK_AGAIN }),
      this.#stale.answered(workspace, contact, at),
    ])
    return { ...contact, code: null, verifiedAt: at, verifiedUntil: until }
  }

  /** Takes an address back, and forgets it. @throws ContactNotFoundError */
  async remove(workspace: WorkspaceId, developer: DeveloperId, id: string, by: UserId): Promise<void> {
    const { storage, clock, schedule } = this.#parts
    const at = clock.now()
    const found = await this.#of(workspace, developer, id)
    const { purpose } = found
    await storage.write([
      this.#store.removing(workspace, id, at),
      record(storage.db, { event: 'contact.removed', workspace, subject: developer, by, at, facts: { contact: id, purpose } }),
      schedule.cancelling({ workspace, kind: ASK, subject: id }),
      this.#stale.answered(workspace, found, at),
    ])
  }

  handlers(): Handlers {
    return { [ASK]: { work: (due) => this.#askAgain(due) } }
  }

  /** Half a year later the address is asked again; a month after that it does not count any more, and that is a finding. */
  async #askAgain({ workspace: of, subject, now }: Due): Promise<Done> {
    const workspace = of as WorkspaceId
    const contact = await this.#store.get(workspace, subject)
    if (contact === undefined || contact.verifiedUntil === null || contact.verifiedAt === null) return {}
    if (stateOfContact(contact, now) === 'verified') return { next: contact.verifiedAt + ASK_AGAIN }
    if (now >= contact.verifiedUntil) return { writes: await this.#stale.wentStale(workspace, contact, now) }
    return { writes: this.#asking(workspace, contact, 'system', now).writes, next: contact.verifiedUntil }
  }

  #asking(workspace: WorkspaceId, contact: Contact, by: string, at: number): { readonly contact: Contact; readonly writes: readonly Write[] } {
    const { storage, outbox, publicUrl } = this.#parts
    const code = newCode()
    const { id, developer, purpose, email, codesSince } = contact
    const expiresAt = at + CODE_LASTS
    const day = codesSince === null || at >= codesSince + DAY ? at : codesSince
    const hash = hashOf(id, code)
    const sent = { hash, at, expiresAt, day }
    const notice: NewNotice = {
      workspace,
      to: { kind: 'outsider', email },
      kind: 'developers.contact-code',
      clause: '2d-accurate',
      legal: false,
      connector: null,
      subject: id,
      title: `Your code is ${code}`,
      body: [
        `An organisation that publishes connectors gave this address as its contact for ${purpose} matters.`,
        `If that is right, bring this code back: ${code}`,
        `${publicUrl()}/contacts/${id}`,
        `It works until ${new Date(expiresAt).toISOString()}. If you do not know what this is about, do nothing: the address is not used then.`,
      ].join('\n\n'),
    }
    return {
      contact: { ...contact, code: { hash, sentAt: at, expiresAt } },
      writes: [
        this.#store.asking(workspace, contact, sent),
        record(storage.db, { event: 'contact.asked', workspace, subject: developer, by, at, facts: { contact: id, purpose, expiresAt } }),
        ...outbox.sending(notice, at),
      ],
    }
  }

  async #of(workspace: WorkspaceId, developer: DeveloperId, id: string): Promise<Contact> {
    const contact = await this.#store.get(workspace, id)
    if (contact === undefined || contact.developer !== developer) throw new ContactNotFoundError()
    return contact
  }
}

function hashOf(contact: string, code: string): string {
  return sha256(`contact code ${contact} ${code}`)
}
