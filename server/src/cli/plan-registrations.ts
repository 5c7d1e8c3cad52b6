import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AssertionRuleOf, AssistantDetail, declaredAssertionRule, RegisteredAssistant } from '@handfast/contract'
import type { z } from 'zod'
import { canonicalJson, type Json } from '../lib/index.ts'
import type { House } from './house.ts'
import type { Change, Handed } from './plan-platform.ts'
import type { Declared } from './platform-file.ts'
import { UsageError } from './say.ts'

const PATH = '/api/v1/assistant-registrations'

/** Assistants that ask people for access. One that is there under its name is left as it is, but for its redirect addresses, which cannot be changed. */
export async function planRegistrations(
  house: House,
  { registrations, folder }: Declared,
  isNew: boolean,
  handed: Handed,
): Promise<readonly Change[]> {
  if (registrations.length === 0) return []
  const known = isNew ? [] : await house.all<AssistantDetail>(PATH)
  const changes: Change[] = []
  for (const { name, redirectUris, clientId, secretFile, secret, jwksUri, users } of registrations) {
    const vouching = async () => {
      const id = (await house.all<AssistantDetail>(PATH)).find((one) => one.name === name)?.id ?? ''
      await house.ask(`${PATH}/${encodeURIComponent(id)}/users`, { method: 'PUT', body: users })
    }
    const vouch = { what: `say what ${name} may say about users of its own`, trace: 'assertions allowed', run: vouching }
    const there = known.find((one) => one.name === name)
    if (there !== undefined) {
      const same = there.redirectUris.toSorted().join(' ') === redirectUris.toSorted().join(' ')
      if (there.kind === 'registered' && same) {
        if (users !== undefined && !(await saysSo(house, there.id, users))) changes.push(vouch)
        continue
      }
      throw new UsageError(
        `There is an assistant ${name} already, registered in another way. Delete it with \`handfast assistant delete ${there.id}\`, or name this one differently.`,
      )
    }
    const authMethod = secret ? 'client_secret_basic' : jwksUri === undefined ? 'none' : 'private_key_jwt'
    const body = { name, redirectUris, authMethod, ...(clientId === undefined ? {} : { clientId }), ...(jwksUri === undefined ? {} : { jwksUri }) }
    const run = async () => {
      const made = await house.ask<RegisteredAssistant>(PATH, { method: 'POST', body })
      const shown = { assistant: name, clientId: made.clientId }
      if (made.clientSecret === null) return void handed.registrations.push(shown)
      if (secretFile === undefined) return void handed.registrations.push({ ...shown, secret: made.clientSecret })
      const file = resolve(folder, secretFile)
      writeFileSync(file, `${made.clientSecret}\n`, { mode: 0o600 })
      handed.registrations.push({ ...shown, file })
    }
    changes.push({ what: `register the assistant ${name}`, trace: 'assistant registered', run }, ...(users === undefined ? [] : [vouch]))
  }
  return changes
}

/** Whether what is in force is what is declared. */
async function saysSo(
  house: House,
  id: string,
  { issuers, scopes, createUsers, ownUsersOnly }: z.infer<typeof declaredAssertionRule>,
): Promise<boolean> {
  const { rule } = await house.ask<AssertionRuleOf>(`${PATH}/${encodeURIComponent(id)}/users`)
  if (rule === null) return false
  const now = { issuers: rule.issuers, scopes: rule.scopes.toSorted(), createUsers: rule.createUsers, ownUsersOnly: rule.ownUsersOnly }
  return canonicalJson(now as Json) === canonicalJson({ issuers, scopes: scopes.toSorted(), createUsers, ownUsersOnly } as Json)
}
