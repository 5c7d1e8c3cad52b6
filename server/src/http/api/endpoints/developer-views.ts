import { domainToUnicode } from 'node:url'
import type {
  DeveloperContactView,
  DeveloperDomainView,
  DeveloperFindingView,
  DeveloperHoldView,
  DeveloperProfileView,
  TransferView,
} from '@handfast/contract'
import {
  type Contact,
  type DeveloperFinding,
  type Developers,
  DNS_NAME,
  type Domain,
  type Hold,
  isOverdue,
  type Profile,
  proofText,
  stateOfContact,
  stateOfDomain,
  stateOfHold,
  stateOfTransfer,
  type Transfer,
  WELL_KNOWN,
} from '../../../developers/index.ts'
import { type DeveloperId, rfc3339 } from '../../../lib/index.ts'
import type { Caller } from '../caller.ts'

/** Operators, reviewers and auditors may look at every organisation; others at those that they belong to. @throws NotAMemberError, DeveloperNotFoundError */
export async function openDeveloper(developers: Developers, id: string, { workspace, user, roles }: Caller) {
  const developer = id as DeveloperId
  if (!roles.some((role) => role === 'operator' || role === 'reviewer' || role === 'auditor'))
    await developers.requireMember(workspace, developer, user)
  return await developers.get(workspace, developer)
}

export const maybe = (ms: number | null) => (ms === null ? null : rfc3339(ms))

export function profileView({ changedAt, ...said }: Profile): DeveloperProfileView {
  return { ...said, changedAt: maybe(changedAt) }
}

export function contactView(contact: Contact, now: number): DeveloperContactView {
  const { id, purpose, email, code, verifiedAt, verifiedUntil } = contact
  const state = stateOfContact(contact, now)
  const codeExpiresAt = code === null || code.expiresAt <= now ? null : rfc3339(code.expiresAt)
  return { id, purpose, email, state, codeExpiresAt, verifiedAt: maybe(verifiedAt), verifiedUntil: maybe(verifiedUntil) }
}

export function domainView(domain: Domain): DeveloperDomainView {
  const { id, domain: name, token, method, provenAt, checkedAt, failure } = domain
  return {
    id,
    domain: name,
    shown: domainToUnicode(name),
    state: stateOfDomain(domain),
    method,
    file: { url: `https://${name}${WELL_KNOWN}`, line: proofText(token) },
    record: { name: `${DNS_NAME}.${name}`, text: proofText(token) },
    provenAt: maybe(provenAt),
    checkedAt: maybe(checkedAt),
    failure,
  }
}

export function findingView({ firstSeenAt, lastSeenAt, closedAt, ...said }: DeveloperFinding): DeveloperFindingView {
  return { ...said, firstSeenAt: rfc3339(firstSeenAt), lastSeenAt: rfc3339(lastSeenAt), closedAt: maybe(closedAt) }
}

/** Who decided stays inside: the organisation is told what and why, not by whom. */
export function holdView(hold: Hold, now: number): DeveloperHoldView {
  const said = (one: { readonly text: string; readonly at: number } | null) => (one === null ? null : { text: one.text, at: rfc3339(one.at) })
  const { id, developer, cause, facts, redress, at, lookBy, appeal, answer, released } = hold
  return {
    id,
    developer,
    state: stateOfHold(hold),
    cause,
    clause: cause === 'party-check' ? '7c-export' : '2d-remove',
    facts,
    scope: 'handing in releases, and having connectors reinstated',
    redress,
    at: rfc3339(at),
    lookBy: rfc3339(lookBy),
    overdue: isOverdue(hold, now),
    appeal: said(appeal),
    answer: said(answer),
    released: released === null ? null : { text: released.reason, at: rfc3339(released.at) },
  }
}

export function transferView(transfer: Transfer, now: number): TransferView {
  const { id, kind, connector, developer, to, newControl, reason, askedAt, expiresAt, acceptance, decision } = transfer
  return {
    id,
    kind,
    state: stateOfTransfer(transfer, now),
    connector,
    from: developer,
    to,
    newControl,
    reason,
    askedAt: rfc3339(askedAt),
    expiresAt: rfc3339(expiresAt),
    acceptedAt: maybe(acceptance?.at ?? null),
    decidedAt: maybe(decision?.at ?? null),
    writing: decision?.writing ?? null,
  }
}
