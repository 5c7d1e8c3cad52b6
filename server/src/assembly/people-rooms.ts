import { AuthorizationServer, createAuthorization, type MakeKey } from '../authorization/index.ts'
import { withSecret } from '../config/index.ts'
import { asFetch } from '../egress/index.ts'
import { keptKey } from '../keys/index.ts'
import { DAY, HOUR, MINUTE } from '../lib/index.ts'
import { createPeople, type HashCost } from '../people/index.ts'
import { deriveKey } from '../sealing/index.ts'
import type { Ground } from './ground.ts'

export type PeopleRooms = Awaited<ReturnType<typeof buildPeopleRooms>>

export type PeopleRoomsOptions = { readonly makeKey?: MakeKey; readonly passwordCost?: HashCost }

/** Who people are, and which assistants act for them. */
export async function buildPeopleRooms(ground: Ground, { makeKey, passwordCost }: PeopleRoomsOptions = {}) {
  const { settings, base, storage, clock, sealing, masterKeys, egress, site, log } = ground
  const people = createPeople({
    ...base,
    profile: settings.profile,
    sealing,
    egress,
    sessionRules: {
      idleMs: settings.sessionIdleMinutes * MINUTE,
      longestMs: settings.sessionLongestHours * HOUR,
      secondFactorRoles: settings.secondFactorRoles,
    },
    providers: settings.signInProviders.map(withSecret),
    providersByHttpLoopback: settings.dangerouslyAllowPrivateAddresses,
    publicUrl: () => site.publicUrl,
    siteName: () => settings.instanceName,
    ...(passwordCost === undefined ? {} : { passwordCost }),
  })
  const { workspace, welcome } = await people.start()
  const authorization = createAuthorization({
    ...base,
    people,
    origin: () => site.publicUrl,
    onFault: (error) => log.error({ err: error }, 'times of use could not be written'),
  })
  const authorizationServer = new AuthorizationServer({
    ...base,
    sealing,
    people,
    authorization,
    fetchDocument: asFetch(egress, { purpose: 'client-metadata' }),
    fetchKeySet: asFetch(egress, { purpose: 'key-set' }),
    cookieKey: await keptKey({ storage, clock, sealing }, 'authorization requests', deriveKey(masterKeys, 'authorization requests')),
    origin: () => site.publicUrl,
    options: {
      registration: settings.assistantRegistration,
      unusedDays: settings.assistantUnusedDays,
      documentHosts: settings.assistantHosts,
      accessTokenMs: settings.accessTokenMinutes * MINUTE,
      staysMs: settings.staySignedInDays * DAY,
    },
    onFault: (error, what) => log.error({ err: error }, `the authorization server: ${what}`),
    ...(makeKey === undefined ? {} : { makeKey }),
  })
  return { people, authorization, authorizationServer, workspace, welcome }
}
