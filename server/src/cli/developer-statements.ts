import type { DeclaredOwner, DeveloperFindingView, ExportStatementsView } from '@handfast/contract'
import { type Command, Option } from 'commander'
import { openHouse, organisation } from './open-house.ts'
import { printable, type Streams, table, tell, UsageError } from './say.ts'
import { type PersonFlags, withPerson } from './settings-options.ts'

type Flags = PersonFlags
type StatementFlags = Flags & { readonly yes?: boolean; readonly not?: readonly string[] }
type OwnerFlags = Flags & {
  readonly organisationKind?: boolean
  readonly alias?: readonly string[]
  readonly country?: string
  readonly nationality?: string
  readonly birthYear?: string
  readonly registrationNumber?: string
  readonly share?: string
}

/** `handfast developer statements|owner|findings …`: what an organisation declares, and what was found not to be so. */
export function developerStatements(parent: Command, streams: Streams): void {
  const sub = (command: Command, name: string) => withPerson(command.command(name))

  sub(parent, 'statements')
    .description('show the four statements about export control; with --yes make them')
    .argument('<organisation>', 'its id or name')
    .option('--yes', 'you have read the sentences, and they are so')
    .addOption(new Option('--not <names...>', 'all but these are so').choices(['location', 'control', 'nationality', 'residence']))
    .action(async (which: string, { json = false, yes = false, not = [], ...flags }: StatementFlags) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/developers/${await organisation(house, which)}/statements` as const
      const seen = await house.ask<ExportStatementsView>(path)
      if (!yes && not.length === 0) {
        const text = seen.sentences.map((one) => `${one.name}: ${one.text}\n`).join('')
        return tell(streams, json, seen, `${text}${seen.due ? 'They have to be made: say --yes, or --not <names>.' : 'They were made.'}\n`)
      }
      const answers = Object.fromEntries(seen.sentences.map(({ name }) => [name, !not.includes(name)]))
      await house.ask(path, { method: 'POST', body: { edition: seen.edition, answers } })
      tell(streams, json, { edition: seen.edition, answers }, 'the statements are made\n')
    })

  sub(parent, 'findings')
    .description('what organisations say about themselves and what is not so any more')
    .option('--of <organisation>', 'of one organisation, by id or name')
    .action(async ({ json = false, of, ...flags }: Flags & { readonly of?: string }) => {
      await using house = await openHouse(flags)
      const path =
        of === undefined ? '/api/v1/developer-findings' : (`/api/v1/developers/${await organisation(house, of)}/findings?open=true` as const)
      const items = await house.all<DeveloperFindingView>(path)
      const rows = items.map((one) => [one.id, one.developer, one.kind, one.about, one.firstSeenAt, one.detail])
      tell(streams, json, { items }, table(['ID', 'ORGANISATION', 'WHAT', 'ABOUT', 'SINCE', 'DETAIL'], rows))
      if (items.length > 0) process.exitCode = 1
    })

  sub(parent, 'settle')
    .description('you looked at what a person has to look at, such as a name that is like another, and it is well')
    .argument('<finding>', 'as `developer findings` says')
    .requiredOption('--reason <text>', 'the organisation reads it')
    .action(async (id: string, { json = false, reason, ...flags }: Flags & { readonly reason: string }) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/developer-findings/${encodeURIComponent(id)}/settle` as const
      tell(streams, json, await house.ask(path, { method: 'POST', body: { reason } }), `${printable(id)} is closed\n`)
    })

  const owner = parent.command('owner').description('whoever owns or controls an organisation, as declared')
  sub(owner, 'list')
    .description('list declared owners')
    .argument('<organisation>', 'its id or name')
    .action(async (which: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const { items } = await house.ask<{ readonly items: readonly DeclaredOwner[] }>(`/api/v1/developers/${await organisation(house, which)}/owners`)
      tell(
        streams,
        json,
        { items },
        table(
          ['ID', 'KIND', 'NAME', 'COUNTRY', 'SHARE'],
          items.map((one) => [one.id, one.kind, one.name, one.country, one.share]),
        ),
      )
    })

  sub(owner, 'add')
    .description('declare an owner; year of birth, nationality and number are taken only where party checks are on')
    .argument('<organisation>', 'its id or name')
    .argument('<name>', 'name of the owner')
    .option('--organisation-kind', 'the owner is an organisation, not a person')
    .option('--alias <names...>', 'other names and spellings')
    .option('--country <code>', 'of residence or seat')
    .option('--nationality <code>', 'two capital letters')
    .option('--birth-year <year>', 'four digits')
    .option('--registration-number <number>', 'of an organisation')
    .option('--share <percent>', 'from 1 to 100')
    .action(async (which: string, name: string, { json = false, organisationKind = false, alias = [], ...given }: OwnerFlags) => {
      const { country, nationality, birthYear, registrationNumber, share, ...flags } = given
      await using house = await openHouse(flags)
      const body = {
        kind: organisationKind ? 'organisation' : 'person',
        name,
        aliases: alias,
        ...(country === undefined ? {} : { country }),
        ...(nationality === undefined ? {} : { nationality }),
        ...(birthYear === undefined ? {} : { birthYear: numberOf(birthYear) }),
        ...(registrationNumber === undefined ? {} : { registrationNumber }),
        ...(share === undefined ? {} : { share: numberOf(share) }),
      }
      const added = await house.ask<DeclaredOwner>(`/api/v1/developers/${await organisation(house, which)}/owners`, { method: 'POST', body })
      tell(streams, json, added, `${printable(added.name)} is declared as ${added.id}\n`)
    })

  sub(owner, 'remove')
    .description('take a declared owner back; what was kept about them is destroyed')
    .argument('<organisation>', 'its id or name')
    .argument('<owner>', 'id of the owner')
    .action(async (which: string, id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/developers/${await organisation(house, which)}/owners/${encodeURIComponent(id)}`, { method: 'DELETE' })
      tell(streams, json, { owner: id, removed: true }, `${printable(id)} is removed\n`)
    })
}

/** @throws UsageError */
function numberOf(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new UsageError(`"${text}" is not a number.`)
  return Number(text)
}
