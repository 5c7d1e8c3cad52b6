import { type Judgement, judge as judgeCall, type PersonPolicy, type Policies, PolicyDeniedError, type UserConsent } from '../../consent/index.ts'
import type { Clock } from '../../lib/index.ts'
import { type Checked, gain, type Judged } from '../call.ts'

/**
 * What the rules of the workspace and the person's own levels come to for this call with these arguments. Asked twice: here, and again when something
 * changed before it was sent.
 * @throws PolicyDeniedError
 */
export async function judge(call: Checked, policies: Policies, clock: Clock): Promise<Judged> {
  return gain(call, { judgement: await judgeNow(call, call, policies, clock) })
}

/** @throws PolicyDeniedError */
export async function judgeNow(
  call: Checked,
  { consent, policy }: { readonly consent: UserConsent; readonly policy: PersonPolicy },
  policies: Policies,
  clock: Clock,
): Promise<Judgement> {
  const { standing, release, tool, principal, arguments: args } = call
  const { connector, slug } = standing
  // What is no call of a tool was found in the reviewed release by itself, and ages do not know it.
  const isTool = release.content.tools.includes(tool)
  const isNew = isTool && (policies.peekIsNew(policy, connector, tool) ?? (await policies.isNew(policy, connector, tool)))
  const judgement = judgeCall({
    view: policy.view,
    consent,
    connector,
    slug,
    release: release.id,
    tool,
    isNew,
    assistant: principal.assistant,
    arguments: args,
    now: clock.now(),
  })
  if (judgement.denial !== null) throw new PolicyDeniedError(`this call of ${tool.name}`, judgement.denial)
  return judgement
}
