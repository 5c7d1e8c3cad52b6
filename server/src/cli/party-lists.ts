import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import type { PartyListsView, PartyListView } from '@handfast/contract'
import { type Command, Option } from 'commander'
import type { House } from './house.ts'
import { openHouse } from './open-house.ts'
import { printable, type Streams, table, tell, UsageError } from './say.ts'
import { type PersonFlags, withPerson } from './settings-options.ts'

type Flags = PersonFlags
type ImportFlags = Flags & { readonly source: string; readonly date?: string }
type AddressFlags = Flags & { readonly source: string; readonly file?: readonly string[]; readonly none?: boolean }

const PART = 384 * 1024
const sources = ['ofac-sdn', 'us-csl']

/** `handfast developer lists|embargoes …`: the lists that party checks compare with. None ships. */
export function partyLists(parent: Command, streams: Streams): void {
  const lists = parent.command('lists').description('denied-party lists, as files or from addresses that you give')
  const sub = (command: Command, name: string) => withPerson(command.command(name))
  const source = () => new Option('--source <source>', 'which list it is').choices(sources).makeOptionMandatory()

  sub(lists, 'status')
    .description('editions, their age, and where they come from; ends with 1 where one is out of date')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const seen = await house.ask<PartyListsView>('/api/v1/party-checks/lists')
      const rows = seen.lists.map((one) => [
        one.source,
        one.state,
        one.entries,
        one.publishedOn,
        one.seenAt,
        one.outdated ? 'out of date' : '',
        one.sha256,
        one.failure,
      ])
      tell(streams, json, seen, table(['LIST', 'STATE', 'ENTRIES', 'PUBLISHED', 'LAST SEEN', '', 'SHA-256', 'FAILURE'], rows))
      if (seen.lists.some(({ outdated }) => outdated)) process.exitCode = 1
    })

  sub(lists, 'import')
    .description('hand in an edition of a list; the files keep the names that their publisher gives them')
    .argument('<files...>', 'sdn.csv, add.csv, alt.csv; or consolidated.json or .csv')
    .addOption(source())
    .option('--date <day>', 'the date that its publisher gives it')
    .action(async (files: readonly string[], { json = false, source: which, date, ...flags }: ImportFlags) => {
      await using house = await openHouse(flags)
      const body = { source: which, ...(date === undefined ? {} : { publishedOn: date }) }
      const list = await house.ask<PartyListView>('/api/v1/party-checks/lists', { method: 'POST', body })
      for (const file of files) await handIn(house, list.id, file)
      await house.ask(`/api/v1/party-checks/lists/${list.id}/finish`, { method: 'POST', body: {} })
      tell(streams, json, { list: list.id }, `${printable(list.id)} is being read: handfast developer lists status\n`)
    })

  sub(lists, 'fetch')
    .description('say where a list is fetched from, twice a day')
    .addOption(source())
    .option('--file <name=url...>', 'each file and its address')
    .option('--none', 'it is not fetched any more')
    .action(async ({ json = false, source: which, file = [], none = false, ...flags }: AddressFlags) => {
      if (none === file.length > 0) throw new UsageError('Say either --file name=url or --none.')
      const files = Object.fromEntries(file.map(fileAndAddress))
      await using house = await openHouse(flags)
      await house.ask('/api/v1/party-checks/lists/addresses', { method: 'PUT', body: { source: which, files: none ? null : files } })
      tell(
        streams,
        json,
        { source: which, files: none ? null : files },
        none ? 'it is not fetched any more\n' : 'it is fetched from there, twice a day\n',
      )
    })

  sub(parent, 'embargoes')
    .description('show which table of embargoes is in force, or put your own there')
    .option('--set <file>', 'your own table, as YAML')
    .action(async ({ json = false, set, ...flags }: Flags & { readonly set?: string }) => {
      await using house = await openHouse(flags)
      if (set !== undefined) await house.ask('/api/v1/party-checks/embargoes', { method: 'PUT', body: { text: readFileSync(set, 'utf8') } })
      const { embargoes } = await house.ask<PartyListsView>('/api/v1/party-checks/lists')
      const whose = embargoes.own ? 'your own table' : 'the table that ships, which is a starting point'
      tell(streams, json, embargoes, `${whose}, as of ${embargoes.date}: ${embargoes.territories} territories\n`)
    })
}

async function handIn(house: House, list: string, path: string): Promise<void> {
  const file = openSync(path, 'r')
  const name = basename(path).toLowerCase()
  try {
    for (let number = 0; ; number++) {
      const piece = Buffer.alloc(PART)
      const length = readSync(file, piece, 0, PART, number * PART)
      if (length === 0) return
      const body = { file: name, number, base64: piece.subarray(0, length).toString('base64') }
      await house.ask(`/api/v1/party-checks/lists/${encodeURIComponent(list)}/parts`, { method: 'PUT', body })
    }
  } finally {
    closeSync(file)
  }
}

function fileAndAddress(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`"${text}" is not of the form name=url.`)
  return [text.slice(0, at), text.slice(at + 1)]
}
