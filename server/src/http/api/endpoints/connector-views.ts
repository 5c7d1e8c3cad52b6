import type { CredentialState, DirectoryDetail, DirectoryEntry, EffectWord, ToolEffect } from '@handfast/contract'
import { asksFor, grownSince, levelFor, type PersonPolicy, type UserConsent } from '../../../consent/index.ts'
import { type ConnectorStanding, isCallable } from '../../../directory/index.ts'
import { isEnabledByWorkspace } from '../../../gateway/index.ts'
import { type ConnectorId, rfc3339, type UserId, type WorkspaceId } from '../../../lib/index.ts'
import { type NoticeInForce, noticeInForce } from '../../../notices/index.ts'
import type { Bundle } from '../../../terms/index.ts'
import type { CredentialNote } from '../../../vault/index.ts'
import type { UserRooms } from './rooms.ts'

type Person = { readonly user: UserId; readonly workspace: WorkspaceId }

/** What a person has to do with connectors, read once for a whole page of them. */
export type Dealings = {
  readonly consent: UserConsent
  /** The rules of the workspace, as they are for this person. */
  readonly policy: PersonPolicy
  readonly own: ReadonlyMap<ConnectorId, CredentialNote>
  readonly shared: ReadonlyMap<ConnectorId, CredentialNote>
  /** Names of the people who gave the keys. */
  readonly names: ReadonlyMap<UserId, string>
}

export async function dealingsOf({ choices, policies, vault, links, people }: UserRooms, { user, workspace }: Person): Promise<Dealings> {
  const [consent, standing, accounts, shared] = await Promise.all([
    choices.of({ user, workspace }),
    vault.notes({ user, workspace }),
    links.linked.of({ user, workspace }),
    vault.notes({ user: null, workspace }),
  ])
  const chosen = accounts.filter(({ state }) => state !== 'ended').toSorted((a, b) => Number(a.isDefault) - Number(b.isDefault))
  const own = [
    ...standing,
    ...chosen.map(({ link, connector, createdAt }) => ({ id: link, connector, shared: false, setBy: user, setAt: createdAt })),
  ]
  const givers = new Set([...own, ...shared].map((note) => note.setBy))
  const names = await Promise.all([...givers].map(async (id): Promise<[UserId, string]> => [id, (await people.account(id)).name]))
  const byConnector = (notes: readonly CredentialNote[]) => new Map(notes.map((note) => [note.connector, note]))
  return { consent, policy: await policies.of({ user, workspace }), own: byConnector(own), shared: byConnector(shared), names: new Map(names) }
}

export function isUsable(standing: ConnectorStanding): boolean {
  return standing.release !== null && isCallable(standing) && standing.termsAccepted
}

/**
 * The directory shows what can be used, and what the person enabled: so that nothing they once chose vanishes without a word. What the rules of the
 * workspace close is not in it; why stands in `/api/v1/me/policy`.
 */
export function isShown(standing: ConnectorStanding, { consent, policy }: Dealings): boolean {
  if (policy.view.policy.connectorDenial(standing.slug) !== null) return false
  if (isUsable(standing) && standing.listed) return true
  return consent.enabled.has(standing.connector) && standing.status !== 'draft' && standing.status !== 'in-review'
}

const words: Readonly<Record<ToolEffect, EffectWord>> = { read: 'read', change: 'change', destructive: 'destroy' }

export function effectWordOf(effect: ToolEffect): EffectWord {
  return words[effect]
}

export function credentialView(standing: ConnectorStanding, { own, shared, names }: Dealings): CredentialState {
  const kind = standing.release?.content.credential.type ?? 'none'
  const note = own.get(standing.connector) ?? shared.get(standing.connector)
  return {
    needed: kind !== 'none',
    kind,
    given: note === undefined ? 'none' : note.shared ? 'shared' : 'own',
    setAt: note === undefined ? null : rfc3339(note.setAt),
    setBy: note === undefined ? null : (names.get(note.setBy) ?? null),
  }
}

/** What has grown since the person agreed; empty too when they have not. */
function changesFor(standing: ConnectorStanding, { consent }: Dealings): readonly string[] {
  const enablement = consent.enabled.get(standing.connector)
  const { release } = standing
  if (enablement === undefined || release === null) return []
  return grownSince(enablement, { noticeSha256: noticeOf(standing).sha256, receives: release.content.receives })
}

/** In the words of somebody who wants to call it. */
function statusWord(standing: ConnectorStanding): DirectoryEntry['status'] {
  const { status } = standing
  if (isUsable(standing)) return status === 'ending' ? 'ending' : 'live'
  return status === 'removed' || status === 'paused' ? status : 'suspended'
}

function headView(standing: ConnectorStanding, dealings: Dealings): Omit<DirectoryEntry, 'tools'> {
  const { content } = standing.release ?? {}
  const enabled = dealings.consent.enabled.has(standing.connector)
  const usable = isUsable(standing)
  return {
    id: standing.connector,
    slug: standing.slug,
    name: standing.name,
    kind: standing.kind,
    description: content?.description ?? '',
    publisher: { name: standing.developerName, ownsApi: content?.publishedBy.ownsApi ?? false },
    selfReviewed: standing.selfReviewed,
    status: statusWord(standing),
    statusReason: usable ? null : isCallable(standing) ? 'Its publisher has not accepted the terms.' : standing.statusReason,
    endsAt: standing.endsAt === null ? null : rfc3339(standing.endsAt),
    byWorkspace: isEnabledByWorkspace(dealings.policy, dealings.consent, standing),
    choice: !enabled ? 'not-enabled' : changesFor(standing, dealings).length > 0 ? 'changed' : 'enabled',
    credential: credentialView(standing, dealings),
  }
}

export function entryView(standing: ConnectorStanding, dealings: Dealings): DirectoryEntry {
  const tools = { read: 0, change: 0, destroy: 0 }
  for (const tool of standing.release?.content.tools ?? []) tools[words[tool.effect]]++
  return { ...headView(standing, dealings), tools }
}

/** The notice in force; without a release there is none. */
export function noticeOf({ notice, release }: ConnectorStanding): NoticeInForce {
  return notice ?? noticeInForce(release?.content ?? { privacyNotice: '' })
}

export type PlainDetail = Omit<DirectoryDetail, 'relation' | 'privacyNotice' | 'ageRating' | 'age' | 'newTools' | 'receipts'>

/**
 * What needs nothing but what is in memory.
 * @param hidden names of tools that the rules of the workspace close to this person, whatever the arguments
 */
export function detailView(standing: ConnectorStanding, dealings: Dealings, terms: Bundle, hidden: ReadonlySet<string> | null = null): PlainDetail {
  const { release } = standing
  const level = levelFor(dealings.consent, standing.connector)
  const enablement = dealings.consent.enabled.get(standing.connector)
  return {
    ...headView(standing, dealings),
    release: release === null ? null : { id: release.id, sha256: release.digest },
    hiddenTools: [...(hidden ?? [])],
    tools: (release?.content.tools ?? [])
      .filter(({ name }) => hidden?.has(name) !== true)
      .map((tool) => ({
        name: tool.name,
        title: tool.title ?? null,
        description: tool.description,
        effect: words[tool.effect],
        asks: asksFor(level, tool),
        off: false,
        paused: standing.pausedTools?.has(tool.name) === true,
      })),
    receives: release?.content.receives ?? [],
    terms: terms.map(({ document, label, sha256, effectiveAt }) => ({ document, label, sha256, effectiveAt: rfc3339(effectiveAt) })),
    level,
    enabledAt: enablement === undefined ? null : rfc3339(enablement.at),
    changes: changesFor(standing, dealings),
  }
}
