import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AccessToken, Account, AppliedPlatform, CreatedToken, DirectoryDetail, IssuedLink } from '@handfast/contract'
import { makeFirstOperator } from './first-operator.ts'
import type { House } from './house.ts'
import { planRegistrations } from './plan-registrations.ts'
import { planWorkspaces } from './plan-workspaces.ts'
import type { Declared, DeclaredConnector } from './platform-file.ts'
import {
  acceptTerms,
  approveRelease,
  enableFor,
  findConnector,
  findDeveloper,
  hasAccepted,
  makeConnector,
  makeDeveloper,
  releaseToDecide,
  submitRelease,
} from './publishing.ts'
import { ApiRefusedError, UsageError } from './say.ts'

/** What came out of applying that is shown once. */
export type Handed = {
  readonly links: { readonly email: string; readonly link: string }[]
  readonly tokens: { readonly assistant: string; readonly user: string; readonly token?: string; readonly file?: string }[]
  readonly registrations: { readonly assistant: string; readonly clientId: string; readonly secret?: string; readonly file?: string }[]
}

/** One step between what is and what is declared. */
export type Change = {
  readonly what: string
  /** The same without names of people, for the ledger. */
  readonly trace: string
  run(): Promise<void>
}

/** What would have to change, in the order in which it has to. Nothing is changed by asking. @throws UsageError where the file cannot be followed */
export async function planPlatform(house: House, declared: Declared, handed: Handed): Promise<readonly Change[]> {
  const { operator } = await house.about()
  const isNew = operator === null
  if (isNew && declared.operator === null)
    throw new UsageError('Nobody runs this Handfast yet, and the file names no operator. Add `operator` with `email` and `name`.')
  const accounts = isNew ? [] : await house.all<Account>('/api/v1/users')
  return [
    ...planAccounts(house, declared, accounts, isNew, handed),
    ...(await planDeveloper(house, declared, isNew)),
    ...(await planConnectors(house, declared, accounts, isNew)),
    // Behind the connectors, which rules may name; before the assistants of people whom workspaces bring.
    ...(await planWorkspaces(house, declared.workspaces, isNew, handed)),
    ...(await planRegistrations(house, declared, isNew, handed)),
    ...(await planAssistants(house, declared, accounts, handed)),
  ]
}

function planAccounts(house: House, declared: Declared, accounts: readonly Account[], isNew: boolean, handed: Handed): readonly Change[] {
  const changes: Change[] = []
  const { operator } = declared
  if (isNew && operator !== null) {
    const run = async () => {
      const { name, email, password } = operator
      const { link } = await makeFirstOperator(house, { name, email, password: password ?? undefined })
      if (link !== null) handed.links.push({ email, link })
    }
    changes.push({ what: `make the operator ${operator.email}`, trace: 'operator made', run })
  }
  const wanted = [...(isNew || operator === null ? [] : [{ ...operator, roles: ['operator'] as const }]), ...declared.users]
  for (const { email, name, roles } of wanted) {
    const account = accounts.find((one) => one.email === email)
    if (account === undefined) {
      const run = async () => {
        const { link } = await house.ask<IssuedLink>('/api/v1/users', { method: 'POST', body: { email, name, roles } })
        handed.links.push({ email, link })
      }
      changes.push({ what: `make an account for ${email}`, trace: 'account made', run })
      continue
    }
    // The operator's other roles are nobody's business here.
    const missing = roles.filter((role) => !account.roles.includes(role))
    const surplus = email === operator?.email ? [] : account.roles.filter((role) => role !== 'user' && !(roles as readonly string[]).includes(role))
    const body = {
      ...(account.name === name ? {} : { name }),
      ...(missing.length + surplus.length === 0 ? {} : { roles: [...account.roles.filter((role) => !surplus.includes(role)), ...missing] }),
    }
    if (Object.keys(body).length === 0) continue
    const run = async () => void (await house.ask(`/api/v1/users/${account.id}`, { method: 'PATCH', body }))
    changes.push({ what: `change ${Object.keys(body).join(' and ')} of ${email}`, trace: 'account changed', run })
  }
  return changes
}

async function planDeveloper(house: House, { developer, connectors }: Declared, isNew: boolean): Promise<readonly Change[]> {
  if (developer === undefined) {
    if (connectors.length > 0 && (isNew || (await findDeveloper(house)) === null))
      throw new UsageError('Connectors need an organisation that publishes them. Add `developer` with `name`, `country` and `acceptTerms: true`.')
    return []
  }
  const { name, country } = developer
  const there = isNew ? null : await findDeveloper(house, name)
  const changes: Change[] = []
  if (there === null)
    changes.push({
      what: `make the organisation ${name}`,
      trace: 'organisation made',
      run: async () => void (await makeDeveloper(house, name, country)),
    })
  if (there === null || !(await hasAccepted(house, there.id))) {
    const run = async () => void (await acceptTerms(house, await developerId(house, name)))
    changes.push({ what: `accept the terms in force for ${name}`, trace: 'terms accepted', run })
  }
  return changes
}

async function planConnectors(house: House, declared: Declared, accounts: readonly Account[], isNew: boolean): Promise<readonly Change[]> {
  const before = isNew ? null : (await house.ask<AppliedPlatform>('/api/v1/platform')).applied
  const changes: Change[] = []
  for (const one of declared.connectors) {
    const { slug } = one.handout
    const there = isNew ? null : await findConnector(house, slug)
    if (there?.status === 'removed') throw new UsageError(`The connector ${slug} was removed, which is final. Take it out of the file.`)
    if (there === null) {
      const run = async () => void (await makeConnector(house, await developerId(house, declared.developer?.name), one.handout))
      changes.push({ what: `make the connector ${slug}`, trace: `connector made: ${slug}`, run })
    }
    const releases = there?.inside?.releases ?? []
    const isFresh = releases.length === 0 || before?.connectors[slug] !== one.digest
    if (isFresh) {
      const run = async () => void (await submitRelease(house, one.handout, one.listingKey))
      changes.push({ what: `hand in a release of ${slug}`, trace: `release handed in: ${slug}`, run })
    }
    if (one.approve && (isFresh || releases.every(({ decidedAt }) => decidedAt === null))) {
      const run = async () =>
        void (await approveRelease(house, slug, await releaseToDecide(house, slug), 'Declared in the platform file that was applied.'))
      changes.push({ what: `approve that release of ${slug}`, trace: `release approved: ${slug}`, run })
    }
    changes.push(...(await planUse(house, one, accounts, isFresh)))
  }
  return changes
}

/** The shared key of a connector, and who uses it. */
async function planUse(house: House, one: DeclaredConnector, accounts: readonly Account[], isFresh: boolean): Promise<readonly Change[]> {
  const { slug } = one.handout
  const changes: Change[] = []
  const seenBy = async (user: string): Promise<DirectoryDetail | null> =>
    house.ask<DirectoryDetail>(`/api/v1/directory/${encodeURIComponent(slug)}`, { as: user }).catch((error) => {
      if (error instanceof ApiRefusedError && error.status === 404) return null
      throw error
    })
  if (one.sharedKey !== null && (accounts.length === 0 || (await seenBy(await house.operator()))?.credential.given !== 'shared')) {
    const body = { secret: one.sharedKey }
    const run = async () => void (await house.ask(`/api/v1/connectors/${encodeURIComponent(slug)}/shared-credential`, { method: 'PUT', body }))
    changes.push({ what: `give ${slug} its shared key`, trace: `shared key given: ${slug}`, run })
  }
  for (const email of one.enableFor) {
    const account = accounts.find((known) => known.email === email)
    const choice = account === undefined ? 'not-enabled' : ((await seenBy(account.id))?.choice ?? 'not-enabled')
    // A new release can ask for more than was agreed to; that shows only once it is live.
    if (choice === 'enabled' && !isFresh) continue
    const run = async () => void (await enableFor(house, slug, await house.user(email)))
    changes.push({
      what: `enable ${slug} for ${email}${choice === 'enabled' ? ', where it asks for more' : ''}`,
      trace: `connector enabled: ${slug}`,
      run,
    })
  }
  return changes
}

async function planAssistants(house: House, declared: Declared, accounts: readonly Account[], handed: Handed): Promise<readonly Change[]> {
  const changes: Change[] = []
  for (const { name, user, tokenFile } of declared.assistants) {
    const owner = user ?? declared.operator?.email
    const account = owner === undefined ? null : accounts.find(({ email }) => email === owner)
    const as = owner === undefined ? await house.operator() : account?.id
    const held = as === undefined ? [] : await house.all<AccessToken>('/api/v1/tokens', as)
    if (held.some(({ assistant, revokedAt }) => assistant.name === name && revokedAt === null)) continue
    const run = async () => {
      const id = owner === undefined ? await house.operator() : await house.user(owner)
      const body = { name: 'declared in the platform file', assistant: name }
      const { secret } = await house.ask<CreatedToken>('/api/v1/tokens', { method: 'POST', body, as: id })
      if (tokenFile === undefined) return void handed.tokens.push({ assistant: name, user: owner ?? id, token: secret })
      const file = resolve(declared.folder, tokenFile)
      writeFileSync(file, `${secret}\n`, { mode: 0o600 })
      handed.tokens.push({ assistant: name, user: owner ?? id, file })
    }
    changes.push({ what: `make an access token for ${name}${owner === undefined ? '' : ` of ${owner}`}`, trace: 'access token made', run })
  }
  return changes
}

/** @throws UsageError */
async function developerId(house: House, name: string | undefined): Promise<string> {
  const developer = await findDeveloper(house, name)
  if (developer === null) throw new UsageError('There is no organisation that could publish connectors.')
  return developer.id
}
