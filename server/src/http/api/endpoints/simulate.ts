import { type PolicyDocument, type ReleaseTool, type Replayed, replay, replayed, type Simulation, simulate, simulation } from '@handfast/contract'
import { CompiledPolicy, type Explanation, explain, type PersonPolicy, type ToJudge, type UserConsent, YES } from '../../../consent/index.ts'
import type { ConnectorStanding } from '../../../directory/index.ts'
import { ConnectorNotFoundError } from '../../../directory/index.ts'
import type { CallTarget } from '../../../history/index.ts'
import type { AssistantId, Clock, JsonObject, UserId, WorkspaceId } from '../../../lib/index.ts'
import { UserNotFoundError } from '../../../people/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { RequestInvalidError } from '../request-errors.ts'
import { isUsable } from './connector-views.ts'
import { namesOf, peopleIn } from './policy-views.ts'
import { simulationView } from './simulation-view.ts'
import { openEditable, openOwned } from './workspace-access.ts'
import type { WorkspaceRooms } from './workspace-rooms.ts'

type Person = { readonly user: UserId; readonly workspace: WorkspaceId }
const NOBODY_VOTED: ReadonlyMap<string, UserId> = new Map()

/** Would this call be allowed, and why; and what would another policy have changed. Nothing is sent, and nothing is asked of anybody. */
export function simulateEndpoints(rooms: WorkspaceRooms, { clock }: { readonly clock: Clock }): readonly AnyEndpoint[] {
  const { people, policies, choices, directory, history } = rooms

  /** Somebody else's call is looked at by whoever looks after their workspace. @throws UserNotFoundError */
  async function whose(caller: Caller, user: string | undefined): Promise<Person> {
    if (user === undefined || user === caller.user) return caller
    const account = await people.account(user as UserId)
    await openOwned(rooms, caller, account.workspace).catch(() => {
      throw new UserNotFoundError()
    })
    return { user: account.id, workspace: account.workspace }
  }

  async function policyFor(person: Person, draft: PolicyDocument | undefined): Promise<PersonPolicy> {
    const inForce = await policies.of(person)
    if (draft === undefined) return inForce
    const document = await policies.prepared(person.workspace, draft)
    const view = new CompiledPolicy(inForce.view.policy.version, document).viewOf(await policies.personOf(person.user, person.workspace))
    return { ...inForce, view }
  }

  async function toJudge(
    policy: PersonPolicy,
    consent: UserConsent,
    { standing, tool }: { readonly standing: ConnectorStanding; readonly tool: ReleaseTool },
    assistant: AssistantId | null,
    args: JsonObject | null,
  ): Promise<ToJudge> {
    const { connector, slug, release } = standing
    if (release === null) throw new ConnectorNotFoundError()
    const isNew = await policies.isNew(policy, connector, tool)
    return { view: policy.view, consent, connector, slug, release: release.id, tool, isNew, assistant, arguments: args, now: clock.now() }
  }

  /** A yes that lasts was given for arguments of that person: to others it is not told. */
  async function consentOf(person: Person, caller: Caller): Promise<UserConsent> {
    const consent = await choices.of(person)
    return person.user === caller.user ? consent : { ...consent, standing: [] }
  }

  async function checksOf(standing: ConnectorStanding, tool: ReleaseTool, consent: UserConsent, policy: PersonPolicy, args: JsonObject | null) {
    const checks: Simulation['checks'][number][] = []
    const paused = standing.pausedTools?.has(tool.name) === true
    const live = isUsable(standing) && !paused
    const why = paused ? `The tool is paused.` : `${standing.name} cannot be called now.`
    checks.push({ check: 'live', ok: live, message: live ? `${standing.name} is live.` : why })
    const enabled = consent.enabled.has(standing.connector)
    const handed = policy.view.enabled.has(standing.slug) && !policy.declined.has(standing.connector)
    const unread = handed ? 'The workspace enabled it; the person has not read its notice yet.' : 'The person has not enabled it.'
    checks.push({ check: 'enabled', ok: enabled, message: enabled ? 'The person enabled it.' : unread })
    if (args !== null && standing.release !== null) {
      const wrong = (await directory.validatorFor(standing.workspace, standing.release.id, tool.name)).input(args)
      const message =
        wrong === null ? 'The arguments fit the reviewed schema.' : `The arguments do not fit: ${wrong.pointer || 'the whole'} ${wrong.message}.`
      checks.push({ check: 'arguments', ok: wrong === null, message })
    }
    return checks
  }

  async function findTool(person: Person, slug: string, name: string) {
    const standing = await directory.bySlug(person.workspace, slug)
    const tool = standing.release?.content.tools.find((one) => one.name === name)
    if (tool === undefined) throw new RequestInvalidError('/tool', 'the connector has no such tool in its live release')
    return { standing, tool }
  }

  /** The verdicts of the policy in force and of a draft about one past call; undefined where its tool is gone. */
  async function compared(
    target: CallTarget,
    at: { readonly now: PersonPolicy; readonly draft: PersonPolicy; readonly consent: UserConsent; readonly workspace: WorkspaceId },
    args: JsonObject | null,
  ): Promise<{ readonly was: Explanation; readonly would: Explanation } | undefined> {
    const standing = await directory.bySlug(at.workspace, target.connector).catch(() => undefined)
    const tool = standing?.release?.content.tools.find((one) => one.name === target.tool)
    if (standing === undefined || tool === undefined) return undefined
    const [was, would] = await Promise.all(
      [at.now, at.draft].map((policy) => toJudge(policy, at.consent, { standing, tool }, target.assistant, args)),
    )
    return was === undefined || would === undefined ? undefined : { was: explain(was), would: explain(would) }
  }

  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/policies/simulate',
      summary: 'Would this call be allowed, and why: every rule about it, its version, and what outranked what',
      policy: session(),
      ledger: { none: 'nothing happens' },
      keepsAnswer: false,
      input: simulate,
      output: simulation,
      handle: async (input, caller) => {
        const person = await whose(caller, input.user)
        // A draft is judged by whoever could put it in force.
        if (input.draft !== undefined) await openEditable(rooms, caller, person.workspace)
        const policy = await policyFor(person, input.draft)
        const consent = await consentOf(person, caller)
        const found = await findTool(person, input.connector, input.tool)
        const args = (input.arguments as JsonObject | undefined) ?? null
        const judged = await toJudge(policy, consent, found, (input.assistant as AssistantId | undefined) ?? null, args)
        const explained = explain(judged)
        const names = await namesOf(people, person.workspace, peopleIn(explained.judgement.needs, NOBODY_VOTED))
        return simulationView(judged, explained, {
          names,
          draft: input.draft !== undefined,
          checks: await checksOf(found.standing, found.tool, consent, policy, args),
        })
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/policies/replay',
      summary: 'What a draft would have changed about the latest calls: yours with their contents, those of a workspace without',
      policy: session(),
      ledger: { none: 'nothing happens' },
      keepsAnswer: false,
      input: replay,
      output: replayed,
      handle: async ({ draft, workspace, limit }, caller) => {
        const of = (workspace ?? caller.workspace) as WorkspaceId
        await openEditable(rooms, caller, of)
        const targets = await history.targets(of, limit, workspace === undefined ? caller.user : undefined)
        const cases = new Map<UserId, { now: PersonPolicy; draft: PersonPolicy; consent: UserConsent; workspace: WorkspaceId }>()
        const changed = new Map<string, Replayed['changed'][number]>()
        let skipped = 0
        let same = 0
        for (const target of targets) {
          const person = { user: target.user, workspace: of }
          let at = cases.get(target.user)
          if (at === undefined) {
            at = { now: await policies.of(person), draft: await policyFor(person, draft), consent: await consentOf(person, caller), workspace: of }
            cases.set(target.user, at)
          }
          // Contents are opened for the person whose they are, and for nobody else.
          const args = target.user === caller.user && workspace === undefined ? await history.argumentsOf(person, target.id) : null
          const pair = await compared(target, at, args)
          if (pair === undefined) skipped++
          else if (pair.was.verdict === pair.would.verdict) same++
          else count(changed, target, pair, target.user === caller.user)
        }
        return { looked: targets.length, skipped, same, changed: [...changed.values()].toSorted((a, b) => b.calls - a.calls) }
      },
    }),
  ]
}

const MOST_EXAMPLES = 10

function count(
  changed: Map<string, Replayed['changed'][number]>,
  { id, connector, tool }: CallTarget,
  { was, would }: { readonly was: Explanation; readonly would: Explanation },
  own: boolean,
): void {
  const rule = ruleOf(would)
  const key = [connector, tool, was.verdict, would.verdict, rule].join(' ')
  const known = changed.get(key) ?? { connector, tool, was: was.verdict, would: would.verdict, rule, calls: 0, examples: [] }
  const examples = own && known.examples.length < MOST_EXAMPLES ? [...known.examples, id as `call_${string}`] : known.examples
  changed.set(key, { ...known, calls: known.calls + 1, examples })
}

/** The rule that made the difference, as far as one can be named. */
function ruleOf({ judgement, rules }: Explanation): string | null {
  return judgement.denial?.rule ?? judgement.needs.find(({ rule }) => rule !== null)?.rule ?? rules.find(({ counts }) => counts === YES)?.id ?? null
}
