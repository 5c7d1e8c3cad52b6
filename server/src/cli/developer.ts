import type { DeveloperStanding, DeveloperView } from '@handfast/contract'
import { Command } from 'commander'
import { developerBrand } from './developer-brand.ts'
import { developerHolds } from './developer-holds.ts'
import { developerProofs } from './developer-proofs.ts'
import { developerStatements } from './developer-statements.ts'
import { developerTransfers } from './developer-transfers.ts'
import { openHouse, organisation } from './open-house.ts'
import { partyChecks } from './party-checks.ts'
import { partyLists } from './party-lists.ts'
import { printable, processStreams, type Streams, table, tell } from './say.ts'
import { type PersonFlags, withPerson } from './settings-options.ts'

type Flags = PersonFlags
type ProfileFlags = Flags & {
  readonly legalName?: string
  readonly region?: string
  readonly address?: string
  readonly website?: string
  readonly registrationNumber?: string
  readonly privacyUrl?: string
  readonly supportUrl?: string
}

/** `handfast developer …`: organisations that publish, what they say about themselves, and how it is checked. */
export function developerCommand(streams: Streams = processStreams): Command {
  const command = new Command('developer').description('organisations that publish connectors')
  const sub = (name: string) => withPerson(command.command(name))

  sub('list')
    .description('list the organisations that you belong to, or all of them')
    .option('--all', 'every organisation; for operators, reviewers and auditors')
    .action(async ({ json = false, all = false, ...flags }: Flags & { readonly all?: boolean }) => {
      await using house = await openHouse(flags)
      const items = all
        ? await house.all<Omit<DeveloperView, 'role'>>('/api/v1/all-developers')
        : (await house.ask<{ readonly items: readonly DeveloperView[] }>('/api/v1/developers')).items
      const rows = items.map((one) => [one.id, one.name, one.country, 'role' in one ? one.role : '-', one.createdAt])
      tell(streams, json, { items }, table(['ID', 'NAME', 'COUNTRY', 'ROLE', 'MADE'], rows))
    })

  sub('show')
    .description('show an organisation: what it says, what is proven, what is lacking')
    .argument('<organisation>', 'its id or name')
    .action(async (which: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const one = await house.ask<DeveloperStanding>(`/api/v1/developers/${await organisation(house, which)}`)
      tell(streams, json, one, described(one))
    })

  sub('profile')
    .description('say who your organisation is; what is left out stays as it is')
    .argument('<organisation>', 'its id or name')
    .option('--legal-name <name>', 'as it stands in its register')
    .option('--region <code>', 'region of its seat, as ISO 3166-2 has it')
    .option('--address <text>', 'address of its seat')
    .option('--website <url>', 'its site')
    .option('--registration-number <number>', 'in the register of companies')
    .option('--privacy-url <url>', 'its privacy policy; looked at on a schedule')
    .option('--support-url <url>', 'where users get help; looked at on a schedule')
    .action(async (which: string, { json = false, ...given }: ProfileFlags) => {
      const { legalName, region, address, website, registrationNumber, privacyUrl, supportUrl, ...flags } = given
      const said = { legalName, region, address, website, registrationNumber, privacyUrl, supportUrl }
      await using house = await openHouse(flags)
      const id = await organisation(house, which)
      const { profile } = await house.ask<DeveloperStanding>(`/api/v1/developers/${id}`)
      const { changedAt: _, ...before } = profile
      const body = { ...before, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) }
      const after = await house.ask(`/api/v1/developers/${id}/profile`, { method: 'PUT', body })
      tell(streams, json, after, `${printable(which)} is changed\n`)
    })

  developerProofs(command, streams)
  developerStatements(command, streams)
  developerHolds(command, streams)
  developerTransfers(command, streams)
  developerBrand(command, streams)
  partyChecks(command, streams)
  partyLists(command, streams)
  return command
}

function described(one: DeveloperStanding): string {
  const lines: (readonly [string, string])[] = [
    ['id', one.id],
    ['name', one.name],
    ['country', one.country],
    ...Object.entries(one.profile).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)] as const])),
    ...one.contacts.map((contact) => [`${contact.purpose} contact`, `${contact.email} (${contact.state}) ${contact.id}`] as const),
    ...one.domains.map((domain) => ['domain', `${domain.domain} (${domain.state}) ${domain.id}`] as const),
    ['on hold', one.held ? 'yes: handfast developer holds' : 'no'],
    ['statements', one.statementsDue ? 'have to be made: handfast developer statements' : 'made'],
    ['findings', String(one.openFindings)],
    ['lacking', one.lacking.length === 0 ? 'nothing' : one.lacking.join(', ')],
  ]
  return lines.map(([name, value]) => `${name.padEnd(20)}${printable(value)}\n`).join('')
}
