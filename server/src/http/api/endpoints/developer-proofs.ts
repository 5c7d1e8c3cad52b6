import { addContact, addDomain, confirmContact, contactInPath, developerContact, developerDomain, domainInPath } from '@handfast/contract'
import { z } from 'zod'
import type { DeveloperId } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { everybody, session } from '../policy.ts'
import { contactView, domainView } from './developer-views.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import type { SiteFacts } from './rooms.ts'

/** Addresses and domains of organisations, and how they are proven. */
export function developerProofEndpoints(
  { developers }: Pick<PublishingRooms, 'developers'>,
  { clock }: Pick<SiteFacts, 'clock'>,
): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/developers/{id}/contacts',
      summary: 'Add an address of your organisation; a code is sent there',
      policy: session(),
      ledger: 'contact.asked',
      input: addContact,
      output: developerContact,
      status: 201,
      handle: async ({ id, purpose, email }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user)
        return contactView(await developers.contacts.add(workspace, id as DeveloperId, purpose, email, user), clock.now())
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developers/{id}/contacts/{contact}/code',
      summary: 'Send another code to an address of your organisation',
      policy: session(),
      ledger: 'contact.asked',
      input: contactInPath,
      output: developerContact,
      handle: async ({ id, contact }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user)
        return contactView(await developers.contacts.ask(workspace, id as DeveloperId, contact, user), clock.now())
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/developers/{id}/contacts/{contact}',
      summary: 'Take back an address of your organisation',
      policy: session(),
      ledger: 'contact.removed',
      input: contactInPath,
      output: z.void(),
      handle: async ({ id, contact }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user)
        await developers.contacts.remove(workspace, id as DeveloperId, contact, user)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/contact-confirmations',
      summary: 'Bring back the code that was sent to an address',
      policy: everybody('whoever reads mail at the address has the code, with or without an account; few wrong codes are taken'),
      ledger: 'contact.verified',
      input: confirmContact,
      output: z.object({ verified: z.literal(true) }),
      handle: async ({ contact, code }) => {
        await developers.contacts.confirm(contact, code)
        return { verified: true as const }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developers/{id}/domains',
      summary: 'Name a domain of your organisation, and learn what to put where to prove it',
      policy: session(),
      ledger: 'domain.asked',
      input: addDomain,
      output: developerDomain,
      status: 201,
      handle: async ({ id, domain }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user)
        return domainView(await developers.domains.add(workspace, id as DeveloperId, domain, user))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/developers/{id}/domains/{domain}/proof',
      summary: 'Look for the proof of a domain now',
      policy: session(),
      ledger: 'domain.proven',
      input: domainInPath,
      output: developerDomain,
      handle: async ({ id, domain }, { workspace, user }, { gone }) => {
        await developers.requireMember(workspace, id as DeveloperId, user)
        return domainView(await developers.domains.prove(workspace, id as DeveloperId, domain, gone))
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/developers/{id}/domains/{domain}',
      summary: 'Take back a domain of your organisation',
      policy: session(),
      ledger: 'domain.removed',
      input: domainInPath,
      output: z.void(),
      handle: async ({ id, domain }, { workspace, user }) => {
        await developers.requireMember(workspace, id as DeveloperId, user)
        await developers.domains.remove(workspace, id as DeveloperId, domain, user)
      },
    }),
  ]
}
