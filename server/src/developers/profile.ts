import { record } from '../ledger/index.ts'
import { canonicalJson, type DeveloperId, type Id, newId, sha256, type UserId, type WorkspaceId } from '../lib/index.ts'
import type { Sealing } from '../sealing/index.ts'
import { type Write, write, writeOne } from '../storage/index.ts'
import { OwnerNotFoundError, TooManyError } from './developers-errors.ts'
import type { Party } from './parties/party.ts'
import { PartyChecksOffError } from './parties/party-errors.ts'
import type { PartyRulesLog } from './parties/party-rules.ts'
import type { DeveloperParts } from './parts.ts'

/** What an organisation says about itself beyond its name. All of it may be absent in a house. */
export type Profile = {
  readonly legalName: string | null
  /** ISO 3166-2, such as `UA-43`. */
  readonly region: string | null
  readonly address: string | null
  readonly website: string | null
  readonly registrationNumber: string | null
  readonly privacyUrl: string | null
  readonly supportUrl: string | null
  readonly changedAt: number | null
}
export type NewProfile = Omit<Profile, 'changedAt'>

/** A declared owner: whoever holds or controls the organisation. Sealed, since these are people who have no account here. */
export type Owner = {
  readonly id: Id<'own'>
  readonly kind: 'person' | 'organisation'
  readonly name: string
  readonly aliases: readonly string[]
  readonly country: string | null
  readonly nationality: string | null
  readonly birthYear: number | null
  readonly registrationNumber: string | null
  /** In percent. */
  readonly share: number | null
}
export type NewOwner = Omit<Owner, 'id'>

const MOST_OWNERS = 50

const nothing: Profile = {
  legalName: null,
  region: null,
  address: null,
  website: null,
  registrationNumber: null,
  privacyUrl: null,
  supportUrl: null,
  changedAt: null,
}

export type ProfilesNeeds = DeveloperParts & { readonly sealing: Sealing; readonly rules: PartyRulesLog }
/** What has to happen when what an organisation says about itself changes. */
export type Changed = (workspace: WorkspaceId, developer: DeveloperId, at: number) => Promise<readonly Write[]>

/** Profiles and declared owners. */
export class Profiles {
  readonly #needs: ProfilesNeeds
  readonly #changed: Changed

  constructor(needs: ProfilesNeeds, changed: Changed) {
    this.#needs = needs
    this.#changed = changed
  }

  async of(workspace: WorkspaceId, developer: DeveloperId): Promise<Profile> {
    const query = this.#needs.storage.db.selectFrom('developer_profiles').selectAll().where('workspace_id', '=', workspace)
    const row = await query.where('developer_id', '=', developer).executeTakeFirst()
    if (row === undefined) return nothing
    return {
      legalName: row.legal_name,
      region: row.region,
      address: row.address,
      website: row.website,
      registrationNumber: row.registration_number,
      privacyUrl: row.privacy_url,
      supportUrl: row.support_url,
      changedAt: row.changed_at,
    }
  }

  /** Says all of it anew. The ledger keeps which fields changed, never what they say. */
  async set(workspace: WorkspaceId, developer: DeveloperId, profile: NewProfile, by: UserId): Promise<void> {
    const { storage, clock } = this.#needs
    const { db } = storage
    const at = clock.now()
    const before = await this.of(workspace, developer)
    const fields = (Object.keys(profile) as (keyof NewProfile)[]).filter((field) => profile[field] !== before[field])
    if (fields.length === 0) return
    const row = {
      developer_id: developer,
      workspace_id: workspace,
      legal_name: profile.legalName,
      region: profile.region,
      address: profile.address,
      website: profile.website,
      registration_number: profile.registrationNumber,
      privacy_url: profile.privacyUrl,
      support_url: profile.supportUrl,
      changed_at: at,
    }
    await storage.write([
      write(
        db
          .insertInto('developer_profiles')
          .values(row)
          .onConflict((conflict) => conflict.column('developer_id').doUpdateSet(row)),
      ),
      record(db, { event: 'developer.changed', workspace, subject: developer, by, at, facts: { fields } }),
      ...(await this.#changed(workspace, developer, at)),
    ])
  }

  /** Which owners are declared, without opening what is sealed about them. */
  async ownerIds(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly string[]> {
    return (await this.#owners(workspace, developer).select('id').execute()).map(({ id }) => id)
  }

  #owners(workspace: WorkspaceId, developer: DeveloperId) {
    const query = this.#needs.storage.db.selectFrom('developer_owners').where('workspace_id', '=', workspace)
    return query.where('developer_id', '=', developer).where('removed_at', 'is', null).orderBy('id')
  }

  async owners(workspace: WorkspaceId, developer: DeveloperId): Promise<readonly Owner[]> {
    const rows = await this.#owners(workspace, developer).selectAll().execute()
    return rows.map((row) => ({
      ...(JSON.parse(this.#needs.sealing.open(placeOf(developer, row.id), row.sealed)) as Omit<Owner, 'id' | 'share'>),
      id: row.id as Owner['id'],
      share: row.share,
    }))
  }

  /**
   * Declares an owner. Year of birth, nationality and numbers are asked for only where owners are compared with lists; elsewhere they are refused, so
   * that nothing is kept for no purpose. @throws PartyChecksOffError, TooManyError
   */
  async addOwner(workspace: WorkspaceId, developer: DeveloperId, { share, ...owner }: NewOwner, by: UserId): Promise<Owner> {
    const { storage, clock, sealing, rules } = this.#needs
    const identifying = owner.birthYear !== null || owner.nationality !== null || owner.registrationNumber !== null
    if (identifying && !(await rules.isOn(workspace))) throw new PartyChecksOffError()
    if ((await this.ownerIds(workspace, developer)).length >= MOST_OWNERS) throw new TooManyError('declared owners', MOST_OWNERS)
    const at = clock.now()
    const { db } = storage
    const id: Owner['id'] = newId('own', at)
    const sealed = sealing.seal(placeOf(developer, id), canonicalJson(owner))
    const row = { id, workspace_id: workspace, developer_id: developer, sealed, share, declared_by: by, at, removed_at: null }
    await storage.write([
      write(db.insertInto('developer_owners').values(row)),
      record(db, { event: 'developer.changed', workspace, subject: developer, by, at, facts: { owner: id, change: 'declared' } }),
      ...(await this.#changed(workspace, developer, at)),
    ])
    return { id, share, ...owner }
  }

  /** Takes an owner back; what was sealed about them is overwritten. @throws OwnerNotFoundError */
  async removeOwner(workspace: WorkspaceId, developer: DeveloperId, id: string, by: UserId): Promise<void> {
    const { storage, clock } = this.#needs
    const at = clock.now()
    const { db } = storage
    const query = db.updateTable('developer_owners').set({ removed_at: at, sealed: '' }).where('workspace_id', '=', workspace)
    const theirs = query.where('developer_id', '=', developer).where('id', '=', id).where('removed_at', 'is', null)
    await storage.write([
      writeOne(theirs, () => new OwnerNotFoundError()),
      record(db, { event: 'developer.changed', workspace, subject: developer, by, at, facts: { owner: id, change: 'removed' } }),
      ...(await this.#changed(workspace, developer, at)),
    ])
  }

  /** What is compared with lists, where that is switched on: the organisation and its declared owners. */
  async parties(
    workspace: WorkspaceId,
    { id, name, country }: { readonly id: DeveloperId; readonly name: string; readonly country: string },
  ): Promise<readonly Party[]> {
    const profile = await this.of(workspace, id)
    const numbers = profile.registrationNumber === null ? [] : [profile.registrationNumber]
    const names = [...new Set([profile.legalName ?? name, name])]
    const organisation: Party = {
      id: 'organisation',
      kind: 'organisation',
      names,
      countries: [country],
      region: profile.region,
      address: profile.address,
      birthYear: null,
      numbers,
    }
    const owners = await this.owners(workspace, id)
    return [
      organisation,
      ...owners.map(
        (owner): Party => ({
          id: owner.id,
          kind: owner.kind,
          names: [owner.name, ...owner.aliases],
          countries: [...new Set([owner.country, owner.nationality].filter((code) => code !== null))],
          region: null,
          address: null,
          birthYear: owner.birthYear,
          numbers: owner.registrationNumber === null ? [] : [owner.registrationNumber],
        }),
      ),
    ]
  }
}

function placeOf(developer: DeveloperId, owner: string): string {
  return `owner ${developer} ${owner}`
}

/** Digest of everything that the four statements are about: they are asked for again once it changes. @param control by which transfer its control changed */
export function factsDigest(country: string, { region, address }: Profile, owners: readonly string[], control: string | null): string {
  return sha256(canonicalJson({ country, region, address, owners, ...(control === null ? {} : { control }) }))
}
