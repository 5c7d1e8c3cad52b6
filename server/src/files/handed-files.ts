import {
  type Clock,
  type ConnectorId,
  HOUR,
  type Id,
  isId,
  isObject,
  type Json,
  MINUTE,
  newId,
  parseJson,
  type UserId,
  type WorkspaceId,
} from '../lib/index.ts'
import { type PersonalSealer, SealBrokenError, type Sealing } from '../sealing/index.ts'
import { type Storage, type Write, write } from '../storage/index.ts'
import { FileMissingError, FilesFullError, FileTooLargeError } from './file-errors.ts'

/** As much as Actions give back in one file. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024
const KEPT_MS = HOUR
/** How long an API may fetch a file by its link. */
export const LINK_MS = 5 * MINUTE
const MOST_FILES = 50
const MOST_BYTES = 100 * 1024 * 1024
/** What is sealed at once: more would keep the thread that serves everybody busy. */
const PIECE = 512 * 1024

export type FileOwner = { readonly user: UserId; readonly workspace: WorkspaceId }
export type HandedFile = { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array }
export type KeptFile = {
  readonly id: Id<'fil'>
  readonly name: string
  readonly mediaType: string
  readonly size: number
  readonly expiresAt: number
}

/**
 * Files on their way between a person and an API. Each belongs to one person, is sealed under that person's key, and is gone after an hour. Links
 * are for APIs that fetch files themselves: sealed by us, good for one file and five minutes, and worth nothing once the file is gone.
 */
export class HandedFiles {
  readonly #storage: Storage
  readonly #sealing: Sealing
  readonly #clock: Clock
  readonly #origin: () => string

  constructor(needs: { readonly storage: Storage; readonly sealing: Sealing; readonly clock: Clock; readonly origin: () => string }) {
    this.#storage = needs.storage
    this.#sealing = needs.sealing
    this.#clock = needs.clock
    this.#origin = needs.origin
  }

  /** @throws FileTooLargeError, FilesFullError */
  async keep(owner: FileOwner, file: HandedFile, from: { readonly connector: ConnectorId } | null): Promise<KeptFile> {
    const size = file.bytes.byteLength
    if (size > MAX_FILE_BYTES) throw new FileTooLargeError(MAX_FILE_BYTES)
    const now = this.#clock.now()
    await this.#makeRoom(owner, size, now)
    const id = newId('fil', now)
    const sealed = await sealAll(await this.#sealing.of(owner.user, owner.workspace), place(id, owner), file)
    const { db } = this.#storage
    const row = {
      id,
      workspace_id: owner.workspace,
      user_id: owner.user,
      connector_id: from?.connector ?? null,
      direction: from === null ? ('in' as const) : ('out' as const),
      size,
      sealed,
      created_at: now,
      expires_at: now + KEPT_MS,
    }
    await this.#storage.write([write(db.deleteFrom('handed_files').where('expires_at', '<=', now)), write(db.insertInto('handed_files').values(row))])
    return { id, name: file.name, mediaType: file.mediaType, size, expiresAt: row.expires_at }
  }

  /** @throws FileMissingError also where it belongs to somebody else */
  async open(owner: FileOwner, id: string): Promise<HandedFile> {
    if (!isId('fil', id)) throw new FileMissingError()
    const query = this.#storage.db.selectFrom('handed_files').select(['sealed', 'expires_at']).where('id', '=', id)
    const row = await query.where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.user).executeTakeFirst()
    if (row === undefined || row.expires_at <= this.#clock.now()) throw new FileMissingError()
    return openAll(await this.#sealing.of(owner.user, owner.workspace), place(id, owner), row.sealed)
  }

  /** Where the person, or an assistant with a token of theirs, fetches it. */
  addressOf(id: string): string {
    return `${this.#origin()}/api/v1/files/${id}`
  }

  /** An address at which anybody who has it can fetch the file for five minutes: for the one API that it is handed to. */
  linkTo(owner: FileOwner, id: string, connector: ConnectorId): string {
    const until = this.#clock.now() + LINK_MS
    const sealed = this.#sealing.seal('file link', JSON.stringify({ id, ...owner, connector, until }))
    return `${this.#origin()}/api/v1/handed-files?link=${Buffer.from(sealed).toString('base64url')}`
  }

  /** @throws FileMissingError for a link that is forged, changed or out of time */
  async openLink(link: string): Promise<HandedFile> {
    const said = this.#readLink(link)
    if (said === undefined || said.until <= this.#clock.now()) throw new FileMissingError()
    return this.open(said.owner, said.id)
  }

  #readLink(link: string): { readonly id: string; readonly owner: FileOwner; readonly until: number } | undefined {
    try {
      const value: Json = parseJson(this.#sealing.open('file link', Buffer.from(link, 'base64url').toString()))
      if (!isObject(value)) return undefined
      const { id, user, workspace, until } = value
      if (typeof id !== 'string' || typeof until !== 'number') return undefined
      return { id, owner: { user: user as UserId, workspace: workspace as WorkspaceId }, until }
    } catch (error) {
      if (error instanceof SealBrokenError || error instanceof SyntaxError) return undefined
      return undefined
    }
  }

  /** The statements that forget a person's files, for the transaction that erases the rest. */
  async erasing(owner: FileOwner): Promise<readonly Write[]> {
    const { db } = this.#storage
    return [write(db.deleteFrom('handed_files').where('workspace_id', '=', owner.workspace).where('user_id', '=', owner.user))]
  }

  /** The statement that deletes files on their way to or from a connector that is gone. */
  forgetting(connector: ConnectorId): Write {
    return write(this.#storage.db.deleteFrom('handed_files').where('connector_id', '=', connector))
  }

  async #makeRoom(owner: FileOwner, size: number, now: number): Promise<void> {
    const query = this.#storage.db.selectFrom('handed_files').select('size').where('workspace_id', '=', owner.workspace)
    const rows = await query.where('user_id', '=', owner.user).where('expires_at', '>', now).execute()
    const total = rows.reduce((sum, row) => sum + Number(row.size), size)
    if (rows.length >= MOST_FILES || total > MOST_BYTES) throw new FilesFullError()
  }
}

function place(id: string, owner: FileOwner): string {
  return `file:${owner.workspace}:${owner.user}:${id}`
}

/** In pieces, with room for others in between. The number of pieces is sealed too, so that none can be left out. */
async function sealAll(sealer: PersonalSealer, at: string, { name, mediaType, bytes }: HandedFile): Promise<string> {
  const count = Math.ceil(bytes.byteLength / PIECE)
  const pieces = [sealer.seal(`${at}:head`, JSON.stringify({ name, mediaType, count }))]
  for (let i = 0; i < count; i++) {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset + i * PIECE, Math.min(PIECE, bytes.byteLength - i * PIECE))
    pieces.push(sealer.seal(`${at}:${i}`, piece.toString('base64')))
    await breath()
  }
  return pieces.join('\n')
}

async function openAll(sealer: PersonalSealer, at: string, sealed: string): Promise<HandedFile> {
  const [head = '', ...pieces] = sealed.split('\n')
  const said = JSON.parse(sealer.open(`${at}:head`, head)) as { readonly name: string; readonly mediaType: string; readonly count: number }
  if (pieces.length !== said.count) throw new SealBrokenError()
  const parts: Buffer[] = []
  for (const [i, piece] of pieces.entries()) {
    parts.push(Buffer.from(sealer.open(`${at}:${i}`, piece), 'base64'))
    await breath()
  }
  return { name: said.name, mediaType: said.mediaType, bytes: Buffer.concat(parts) }
}

function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
