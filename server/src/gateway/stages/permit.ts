import type { Choices } from '../../consent/index.ts'
import { type Permit, requireConsent, type UserConsent } from '../../consent/index.ts'
import type { ConnectorStanding, ReviewedRelease } from '../../directory/index.ts'
import type { UserId, WorkspaceId } from '../../lib/index.ts'
import { gain, type Permitted, type Routed } from '../call.ts'
import { ConnectorUnavailableError } from '../gateway-errors.ts'
import { noticeDigest } from '../notice-digest.ts'

export type Links = { connector(slug: string): string; approval(id: string): string }

/** The whole question in one place, because it is asked twice: before the intent, and again when something changed meanwhile. */
export function mayCall(
  person: { readonly user: UserId; readonly workspace: WorkspaceId },
  consent: UserConsent,
  standing: ConnectorStanding,
  release: ReviewedRelease,
  links: Links,
): Permit {
  if (standing.status !== 'live' || !standing.termsAccepted) {
    throw new ConnectorUnavailableError(standing.name, standing.status === 'live' ? 'without accepted terms' : standing.status, standing.statusReason)
  }
  return requireConsent(consent, {
    user: person.user,
    workspace: person.workspace,
    connector: standing.connector,
    connectorName: standing.name,
    release: release.id,
    noticeSha256: noticeDigest(release.content),
    receives: release.content.receives,
    link: links.connector(standing.slug),
  })
}

/**
 * May this connector act for this person now?
 * @throws ConnectorUnavailableError | NotEnabledError | NoticeChangedError
 */
export async function permit(call: Routed, choices: Choices, links: Links): Promise<Permitted> {
  const consent = choices.peek(call.principal.user) ?? (await choices.of(call.principal))
  return gain(call, { consent, permit: mayCall(call.principal, consent, call.standing, call.release, links) })
}
