import type { Choices } from '../../consent/index.ts'
import {
  NoticeUnreadError,
  type Permit,
  type PersonPolicy,
  type Policies,
  PolicyDeniedError,
  requireConsent,
  ToolNotAgreedError,
  type UserConsent,
} from '../../consent/index.ts'
import { type ConnectorStanding, type Directory, isCallable, type ReviewedRelease } from '../../directory/index.ts'
import type { UserId, WorkspaceId } from '../../lib/index.ts'
import { noticeInForce } from '../../notices/index.ts'
import { gain, type Permitted, type Routed } from '../call.ts'
import { ConnectorUnavailableError, ToolPausedError } from '../gateway-errors.ts'
import { requireGranted } from '../granted.ts'
import { notAgreed } from '../not-agreed.ts'

export type Links = { connector(slug: string): string; approval(id: string): string }

/** The whole question in one place, because it is asked twice: before the intent, and again when something changed meanwhile. */
export function mayCall(
  person: { readonly user: UserId; readonly workspace: WorkspaceId },
  consent: UserConsent,
  policy: PersonPolicy,
  standing: ConnectorStanding,
  release: ReviewedRelease,
  links: Links,
): Permit {
  if (!isCallable(standing) || !standing.termsAccepted) {
    throw new ConnectorUnavailableError(standing.name, isCallable(standing) ? 'without accepted terms' : standing.status, standing.statusReason)
  }
  const denial = policy.view.policy.connectorDenial(standing.slug)
  if (denial !== null) throw new PolicyDeniedError(standing.name, denial)
  if (isEnabledByWorkspace(policy, consent, standing)) throw new NoticeUnreadError(standing.name, links.connector(standing.slug))
  return requireConsent(consent, {
    user: person.user,
    workspace: person.workspace,
    connector: standing.connector,
    connectorName: standing.name,
    release: release.id,
    noticeSha256: (standing.notice ?? noticeInForce(release.content)).sha256,
    receives: release.content.receives,
    ...(release.content.ageRating === undefined ? {} : { ageRating: release.content.ageRating }),
    link: links.connector(standing.slug),
  })
}

/** @throws ToolPausedError */
export function requireUnpaused({ name, pausedTools }: ConnectorStanding, tool: string): void {
  if (pausedTools?.has(tool) === true) throw new ToolPausedError(name, tool)
}

/** True where the workspace enabled it, and the person neither read its notice nor took it back: its tools are listed, and nothing is sent yet. */
export function isEnabledByWorkspace({ view, declined }: PersonPolicy, { enabled }: UserConsent, { connector, slug }: ConnectorStanding): boolean {
  return view.enabled.has(slug) && !enabled.has(connector) && !declined.has(connector)
}

/**
 * May this connector act for this person now, through this assistant?
 * @throws ConnectorNotGrantedError | ScopeMissingError | ConnectorUnavailableError | PolicyDeniedError | NoticeUnreadError | NotEnabledError | NoticeChangedError | TooYoungError | ToolPausedError | ToolNotAgreedError
 */
export async function permit(call: Routed, directory: Directory, choices: Choices, policies: Policies, links: Links): Promise<Permitted> {
  const { principal, standing, release } = call
  requireGranted(principal, standing, call.other === undefined ? call.tool : undefined)
  const consent = choices.peek(principal.user) ?? (await choices.of(principal))
  const policy = policies.peek(principal) ?? (await policies.of(principal))
  const given = mayCall(principal, consent, policy, standing, release, links)
  if (call.other === undefined) requireUnpaused(standing, call.tool.name)
  if (given.enablement.release !== release.id && call.other === undefined) {
    const isNew = (await notAgreed(directory, given.enablement, standing)).has(call.tool.name)
    if (isNew) throw new ToolNotAgreedError(standing.name, call.tool.name, links.connector(standing.slug))
  }
  return gain(call, { consent, policy, permit: given })
}
