import { readFileSync } from 'node:fs'
import type { BrandKitView, DataHandlingView, OperatorBrandView, SubprocessorView } from '@handfast/contract'
import { type Command, Option } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, type Streams, table, tell, UsageError } from './say.ts'
import { type PersonFlags, withPerson } from './settings-options.ts'

type Flags = PersonFlags
type BrandFlags = Flags & {
  readonly name: string
  readonly attribution: string
  readonly clearSpace?: string
  readonly background?: string
  readonly guidelinesUrl?: string
  readonly logo?: string
}
type OperatorFlags = Flags & { readonly name?: string; readonly guidelines?: string; readonly logo?: string }
type SubprocessorFlags = Flags & { readonly country: string; readonly purpose: string; readonly receives: string; readonly url?: string }

/** `handfast developer brand|marks|subprocessor|handling …`: what a connector shows of itself, and who handles its data. */
export function developerBrand(parent: Command, streams: Streams): void {
  const sub = (command: Command, name: string) => withPerson(command.command(name))
  const path = (slug: string) => `/api/v1/connectors/${encodeURIComponent(slug)}` as const

  sub(parent, 'brand')
    .description('supply the marks of your connector; the logo is cleaned')
    .argument('<connector>', 'short name')
    .requiredOption('--name <name>', 'as it is shown')
    .requiredOption('--attribution <text>', 'stands beside the name')
    .option('--clear-space <parts>', "in parts of the logo's height")
    .addOption(new Option('--background <kind>', 'what the logo is made for').choices(['light', 'dark', 'any']))
    .option('--guidelines-url <url>', 'your own guidelines')
    .option('--logo <file>', 'PNG or SVG of at most 256 KiB')
    .action(async (slug: string, { json = false, name, attribution, clearSpace, background, guidelinesUrl, logo, ...flags }: BrandFlags) => {
      await using house = await openHouse(flags)
      const body = {
        name,
        attribution,
        ...(clearSpace === undefined ? {} : { clearSpace: Number(clearSpace) }),
        ...(background === undefined ? {} : { background }),
        ...(guidelinesUrl === undefined ? {} : { guidelinesUrl }),
        ...logoOf(logo),
      }
      const { kit } = await house.ask<BrandKitView>(`${path(slug)}/brand`, { method: 'PUT', body })
      tell(streams, json, { kit }, `kept as ${kit?.sha256}\n`)
    })

  sub(parent, 'marks')
    .description("show the operator's marks and guidelines, or as operator supply them")
    .option('--name <name>', 'as operator: the mark')
    .option('--guidelines <file>', 'as operator: a text file that says what may be done with it')
    .option('--logo <file>', 'as operator: PNG or SVG of at most 256 KiB')
    .action(async ({ json = false, name, guidelines, logo, ...flags }: OperatorFlags) => {
      if ((name === undefined) !== (guidelines === undefined)) throw new UsageError('Say both --name and --guidelines, or neither.')
      await using house = await openHouse(flags)
      const change =
        guidelines === undefined ? {} : { method: 'PUT' as const, body: { name, guidelines: readFileSync(guidelines, 'utf8'), ...logoOf(logo) } }
      const seen = await house.ask<OperatorBrandView>('/api/v1/operator-brand', change)
      const { brand, permission } = seen
      const text = brand === null ? 'the operator supplied no marks\n' : `${printable(brand.name)}, edition ${brand.sha256}\n${permission.because}\n`
      tell(streams, json, seen, text)
    })

  const subprocessor = parent.command('subprocessor').description('who handles data for a connector')
  sub(subprocessor, 'list')
    .description('list them, with those that are gone')
    .argument('<connector>', 'short name')
    .action(async (slug: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const seen = await house.ask<DataHandlingView>(`${path(slug)}/data-handling`)
      const rows = seen.subprocessors.map((one) => [one.id, one.name, one.country, one.purpose, one.addedAt, one.removedAt])
      tell(streams, json, seen, table(['ID', 'NAME', 'COUNTRY', 'WHAT FOR', 'SINCE', 'UNTIL'], rows))
    })

  sub(subprocessor, 'add')
    .description('name somebody new; users who enabled the connector are told')
    .argument('<connector>', 'short name')
    .argument('<name>', 'of the subprocessor')
    .requiredOption('--country <code>', 'two capital letters')
    .requiredOption('--purpose <text>', 'what for')
    .requiredOption('--receives <text>', "what of the user's data they get")
    .option('--url <url>', 'their site')
    .action(async (slug: string, name: string, { json = false, country, purpose, receives, url, ...flags }: SubprocessorFlags) => {
      await using house = await openHouse(flags)
      const body = { name, country, purpose, receives, ...(url === undefined ? {} : { url }) }
      const added = await house.ask<SubprocessorView>(`${path(slug)}/subprocessors`, { method: 'POST', body })
      tell(streams, json, added, `${printable(added.name)} is named, and users are told\n`)
    })

  sub(subprocessor, 'remove')
    .description('somebody does not handle data any more')
    .argument('<connector>', 'short name')
    .argument('<subprocessor>', 'id')
    .action(async (slug: string, id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`${path(slug)}/subprocessors/${encodeURIComponent(id)}`, { method: 'DELETE' })
      tell(streams, json, { subprocessor: id, removed: true }, `${printable(id)} is gone\n`)
    })

  sub(parent, 'handling')
    .description('declare how your connector handles data')
    .argument('<connector>', 'short name')
    .argument('<declaration>', 'YAML or JSON file')
    .action(async (slug: string, file: string, { json = false, ...flags }: Flags) => {
      const { parse } = await import('yaml')
      await using house = await openHouse(flags)
      const kept = await house.ask<{ readonly sha256: string }>(`${path(slug)}/data-handling`, {
        method: 'PUT',
        body: parse(readFileSync(file, 'utf8')),
      })
      tell(streams, json, kept, `kept as ${kept.sha256}\n`)
    })
}

function logoOf(file: string | undefined): { readonly logo?: string } {
  return file === undefined ? {} : { logo: readFileSync(file).toString('base64') }
}
