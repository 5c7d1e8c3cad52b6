import { record } from '../ledger/index.ts'
import { type ConnectorId, canonicalJson, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import { type Write, write, writeOne } from '../storage/index.ts'
import { ImageInvalidError, NoChangeError } from './developers-errors.ts'
import type { DeveloperParts } from './parts.ts'

/** How the marks of a connector are to be shown, by its developer's own words. */
export type BrandKit = {
  readonly name: string
  /** Stands beside the name wherever it is shown. */
  readonly attribution: string
  /** In parts of the logo's height. */
  readonly clearSpace: number
  readonly background: 'light' | 'dark' | 'any'
  readonly guidelinesUrl: string | null
}
export type KeptKit<Kit> = { readonly kit: Kit; readonly sha256: string; readonly logoSha256: string | null; readonly at: number }
/** The marks of the operator, and what may be done with them (clause 4a-platform-marks). */
export type OperatorBrand = { readonly name: string; readonly guidelines: string }
export type Logo = { readonly mediaType: string; readonly bytes: Uint8Array }
type CleanedLogo = Logo & { readonly sha256: string }

const OPERATOR = 'operator'

/** Whether a connector is over, so that its marks are not shown any more. */
export type IsOver = (workspace: WorkspaceId, connector: ConnectorId) => Promise<boolean>

/** Marks: what developers supplied for their connectors (4b), and the operator's own with their guidelines (4a). */
export class Brands {
  readonly #parts: DeveloperParts
  readonly #isOver: IsOver

  constructor(parts: DeveloperParts, isOver: IsOver) {
    this.#parts = parts
    this.#isOver = isOver
  }

  /** Null: none was supplied, or the connector is over: from then on its marks are not shown, and later deleted. */
  async of(workspace: WorkspaceId, connector: ConnectorId): Promise<KeptKit<BrandKit> | null> {
    if (await this.#isOver(workspace, connector)) return null
    const row = await this.#newest(workspace, connector).selectAll().executeTakeFirst()
    return row === undefined || row.purged_at !== null ? null : keptOf<BrandKit>(row)
  }

  async logo(workspace: WorkspaceId, connector: ConnectorId, digest: string): Promise<Logo | null> {
    return (await this.#isOver(workspace, connector)) ? null : this.#file(workspace, connector, digest)
  }

  /**
   * Says all of it anew; what was said already is not written again. A logo that another one replaces is deleted, and its digest stays.
   * @param logo bytes as supplied; absent: the one before stays; null: none @throws ImageInvalidError, NoChangeError once the connector is over
   */
  async set(
    workspace: WorkspaceId,
    connector: ConnectorId,
    kit: BrandKit,
    logo: Uint8Array | null | undefined,
    by: UserId,
  ): Promise<KeptKit<BrandKit>> {
    const { storage, clock } = this.#parts
    const { db } = storage
    const at = clock.now()
    if (await this.#isOver(workspace, connector))
      throw new NoChangeError('This connector is over, and its marks are not shown any more.', 'developer')
    const image = await this.#cleaned(logo)
    const newest = await this.#newest(workspace, connector).selectAll().executeTakeFirst()
    const before = newest === undefined || newest.purged_at !== null ? null : keptOf<BrandKit>(newest)
    const logoSha256 = logo === undefined ? (before?.logoSha256 ?? null) : (image?.sha256 ?? null)
    const body = canonicalJson(kit)
    const digest = sha256(`${body} ${logoSha256 ?? ''}`)
    const same = db
      .updateTable('brand_kits')
      .set(({ ref }) => ({ at: ref('at') }))
      .where('id', '=', newest?.id ?? '')
    const kept = [
      ...(newest === undefined ? [] : stillNewest(same, same.where('id', '=', this.#newest(workspace, connector).select('id')))),
      ...this.#keeping(workspace, connector, image, logoSha256, at),
    ]
    if (before?.sha256 === digest) {
      // The same picture again: should its file be missing, it is there from now on.
      if (image !== null) await storage.write(kept)
      return before
    }
    const row = { id: newId('brd', at), workspace_id: workspace, connector_id: connector, body, sha256: digest, logo_sha256: logoSha256 }
    await storage.write([
      ...kept,
      write(db.insertInto('brand_kits').values({ ...row, set_by: by, at, purged_at: null })),
      record(db, { event: 'brand.kept', workspace, subject: connector, by, at, facts: { sha256: digest, logo: logoSha256 } }),
    ])
    return { kit, sha256: digest, logoSha256, at }
  }

  /**
   * Deletes all marks that were supplied for a connector, of every edition; their digests stay (clause 4b-connector-marks). When that is due, and
   * whether something stands against it, is for whoever certifies it to say.
   */
  async deleting(workspace: WorkspaceId, connector: ConnectorId, at: number): Promise<{ readonly writes: readonly Write[]; readonly count: number }> {
    const { db } = this.#parts.storage
    const counting = db.selectFrom('brand_kits').select(({ fn }) => fn.countAll<number>().as('kits'))
    const { kits } = await counting
      .where('workspace_id', '=', workspace)
      .where('connector_id', '=', connector)
      .where('purged_at', 'is', null)
      .executeTakeFirstOrThrow()
    const emptied = db.updateTable('brand_kits').set({ body: '{}', logo_sha256: null, purged_at: at }).where('workspace_id', '=', workspace)
    const writes = [
      write(emptied.where('connector_id', '=', connector).where('purged_at', 'is', null)),
      write(db.deleteFrom('brand_files').where('workspace_id', '=', workspace).where('owner', '=', connector)),
    ]
    const count = Number(kits)
    return {
      writes: count === 0 ? writes : [...writes, record(db, { event: 'brand.purged', workspace, subject: connector, by: 'system', at })],
      count,
    }
  }

  /** The operator's marks and guidelines in force, with their edition. Null: the operator supplied none. */
  async ofOperator(workspace: WorkspaceId): Promise<KeptKit<OperatorBrand> | null> {
    const row = await this.#newestOfOperator(workspace).selectAll().executeTakeFirst()
    return row === undefined ? null : keptOf<OperatorBrand>(row)
  }

  operatorLogo(workspace: WorkspaceId, digest: string): Promise<Logo | null> {
    return this.#file(workspace, OPERATOR, digest)
  }

  async setOfOperator(
    workspace: WorkspaceId,
    brand: OperatorBrand,
    logo: Uint8Array | null | undefined,
    by: UserId,
  ): Promise<KeptKit<OperatorBrand>> {
    const { storage, clock } = this.#parts
    const { db } = storage
    const at = clock.now()
    const image = await this.#cleaned(logo)
    const newest = await this.#newestOfOperator(workspace).selectAll().executeTakeFirst()
    const before = newest === undefined ? null : keptOf<OperatorBrand>(newest)
    const logoSha256 = logo === undefined ? (before?.logoSha256 ?? null) : (image?.sha256 ?? null)
    const body = canonicalJson(brand)
    const digest = sha256(`${body} ${logoSha256 ?? ''}`)
    const same = db
      .updateTable('operator_brands')
      .set(({ ref }) => ({ at: ref('at') }))
      .where('id', '=', newest?.id ?? '')
    const kept = [
      ...(newest === undefined ? [] : stillNewest(same, same.where('id', '=', this.#newestOfOperator(workspace).select('id')))),
      ...this.#keeping(workspace, OPERATOR, image, logoSha256, at),
    ]
    if (before?.sha256 === digest) {
      if (image !== null) await storage.write(kept)
      return before
    }
    const row = { id: newId('obr', at), workspace_id: workspace, body, sha256: digest, logo_sha256: logoSha256, set_by: by, at }
    await storage.write([
      ...kept,
      write(db.insertInto('operator_brands').values(row)),
      record(db, { event: 'brand.kept', workspace, subject: workspace, by, at, facts: { sha256: digest, logo: logoSha256 } }),
    ])
    return { kit: brand, sha256: digest, logoSha256, at }
  }

  #newest(workspace: WorkspaceId, connector: ConnectorId) {
    const query = this.#parts.storage.db.selectFrom('brand_kits').where('workspace_id', '=', workspace).where('connector_id', '=', connector)
    return query.orderBy('id', 'desc').limit(1)
  }

  #newestOfOperator(workspace: WorkspaceId) {
    const query = this.#parts.storage.db.selectFrom('operator_brands').where('workspace_id', '=', workspace)
    return query.orderBy('id', 'desc').limit(1)
  }

  async #cleaned(logo: Uint8Array | null | undefined): Promise<CleanedLogo | null> {
    if (logo === null || logo === undefined) return null
    // Its parser is large, and most houses show no logo: it is loaded with the first one.
    const { cleanImage } = await import('./clean-image.ts')
    const image = cleanImage(logo)
    if ('because' in image) throw new ImageInvalidError(image.because)
    return { mediaType: image.mediaType, bytes: image.bytes, sha256: sha256(image.bytes) }
  }

  #keeping(workspace: WorkspaceId, owner: string, image: CleanedLogo | null, shown: string | null, at: number): readonly Write[] {
    const { db } = this.#parts.storage
    const others = db.deleteFrom('brand_files').where('workspace_id', '=', workspace).where('owner', '=', owner)
    const gone = write(shown === null ? others : others.where('sha256', '!=', shown))
    if (image === null) return [gone]
    const row = { workspace_id: workspace, owner, sha256: image.sha256, media_type: image.mediaType, body: image.bytes, at }
    const kept = db.insertInto('brand_files').values(row)
    return [gone, write(kept.onConflict((conflict) => conflict.columns(['workspace_id', 'owner', 'sha256']).doNothing()))]
  }

  async #file(workspace: WorkspaceId, owner: string, digest: string): Promise<Logo | null> {
    const query = this.#parts.storage.db.selectFrom('brand_files').selectAll().where('workspace_id', '=', workspace)
    const row = await query.where('owner', '=', owner).where('sha256', '=', digest).executeTakeFirst()
    return row === undefined ? null : { mediaType: row.media_type, bytes: row.body }
  }
}

function keptOf<Kit>(row: {
  readonly body: string
  readonly sha256: string
  readonly logo_sha256: string | null
  readonly at: number
}): KeptKit<Kit> {
  return { kit: JSON.parse(row.body) as Kit, sha256: row.sha256, logoSha256: row.logo_sha256, at: row.at }
}

/**
 * The newest edition is taken first, so that two who say something at once come one after the other. The second is undone: it would delete the logo
 * of the first.
 */
function stillNewest(taking: Parameters<typeof write>[0], guard: Parameters<typeof write>[0]): readonly Write[] {
  return [write(taking), writeOne(guard, () => new NoChangeError('Somebody else changed these marks at the same moment. Look again.', 'developer'))]
}
