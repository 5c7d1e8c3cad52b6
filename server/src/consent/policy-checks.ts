import type { PolicyDocument, Subject } from '@handfast/contract'
import { pointer, type UserId } from '../lib/index.ts'
import { compilePattern } from './policy-condition.ts'
import { PolicyInvalidError, PolicyLocksOutError } from './policy-errors.ts'
import { NEW_TOOLS } from './policy-rules.ts'

/** Who there is in a workspace: its groups with their members, and the accounts that can sign in. */
export type Audience = {
  readonly groups: ReadonlyMap<string, ReadonlySet<UserId>>
  readonly people: ReadonlySet<UserId>
  readonly owners: ReadonlySet<UserId>
}

/**
 * What a shape cannot say: names that have to exist, patterns that have to be readable, and rules that must not override each other in a circle.
 * @throws PolicyInvalidError, PolicyLocksOutError
 */
export function checkPolicy(policy: PolicyDocument, audience: Audience): void {
  checkOverrides(policy)
  const parts = [...policy.rules.entries()]
  for (const [at, { when }] of parts)
    for (const [index, { matches }] of when.entries())
      if (matches !== undefined && compilePattern(matches) === undefined)
        throw new PolicyInvalidError(
          pointer('rules', at, 'when', index, 'matches'),
          'This pattern cannot be used: RE2 has no look-around and no back references.',
        )
  for (const [at, { for: who, approvers }] of parts) {
    checkSubject(who, audience, pointer('rules', at, 'for'))
    if (approvers !== undefined) checkSubject(approvers, audience, pointer('rules', at, 'approvers'))
  }
  for (const [at, { for: who }] of policy.accounts.entries()) checkSubject(who, audience, pointer('accounts', at, 'for'))
  for (const [at, { for: who }] of policy.enabled.entries()) checkSubject(who, audience, pointer('enabled', at, 'for'))
  if (policy.editors !== null) {
    const { groups, people } = policy.editors
    checkSubject({ groups, people }, audience, '/editors')
    const left = [...people, ...groups.flatMap((group) => [...(audience.groups.get(group) ?? [])])] as UserId[]
    if (!left.some((user) => audience.people.has(user))) throw new PolicyLocksOutError()
  }
}

function checkSubject(who: Pick<Exclude<Subject, 'everybody'>, 'groups' | 'people'> | 'everybody', audience: Audience, at: string): void {
  if (who === 'everybody') return
  const group = who.groups.findIndex((name) => !audience.groups.has(name))
  if (group !== -1) throw new PolicyInvalidError(`${at}${pointer('groups', group)}`, `There is no group ${who.groups[group]} in this workspace.`)
  const person = who.people.findIndex((id) => !audience.people.has(id as UserId))
  if (person !== -1) throw new PolicyInvalidError(`${at}${pointer('people', person)}`, 'There is no such account in this workspace.')
}

function checkOverrides({ rules }: PolicyDocument): void {
  const overrides = new Map(rules.map((rule) => [rule.id, rule.overrides]))
  for (const [at, rule] of rules.entries())
    for (const [index, id] of rule.overrides.entries())
      if (id !== NEW_TOOLS && !overrides.has(id)) throw new PolicyInvalidError(pointer('rules', at, 'overrides', index), `There is no rule ${id}.`)
  const clear = new Set<string>()
  const walk = (id: string, path: readonly string[]): void => {
    if (path.includes(id)) throw new PolicyInvalidError('/rules', `These rules override each other in a circle: ${[...path, id].join(', ')}.`)
    if (clear.has(id)) return
    for (const next of overrides.get(id) ?? []) walk(next, [...path, id])
    clear.add(id)
  }
  for (const id of overrides.keys()) walk(id, [])
}
