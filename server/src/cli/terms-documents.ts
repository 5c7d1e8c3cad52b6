import type { AcceptanceReceiptView, BundleView } from '@handfast/contract'
import type { Command } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, type Streams, table, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean; readonly for?: string }
type AcceptFlags = Flags & { readonly onBehalfOf?: string; readonly yes?: boolean }
type Editions = {
  readonly items: readonly {
    readonly id: string
    readonly document: string
    readonly label: string
    readonly title: string
    readonly effectiveAt: string
    readonly withdrawnAt: string | null
    readonly sha256: string
  }[]
}

/** Reading the documents, accepting them, and comparing editions. */
export function documentCommands(command: Command, streams: Streams): void {
  const sub = (name: string) => withPlace(command.command(name)).option('--json', 'print JSON')

  sub('show')
    .description('list the documents in force, or print one of them')
    .argument('[document]', 'such as terms or usage-policies')
    .option('--all', 'every edition, those to come and withdrawn ones too')
    .action(async (document: string | undefined, { json = false, all = false, ...flags }: Flags & { readonly all?: boolean }) => {
      await using house = await openHouse(flags)
      if (all) {
        const editions = await house.ask<Editions>('/api/v1/terms/editions')
        const rows = editions.items
          .filter((one) => document === undefined || one.document === document)
          .map((one) => [one.document, one.label, one.withdrawnAt === null ? one.effectiveAt : 'withdrawn', one.sha256, one.title])
        return tell(streams, json, editions, table(['DOCUMENT', 'EDITION', 'IN FORCE FROM', 'SHA-256', 'TITLE'], rows))
      }
      const bundle = await house.ask<BundleView>('/api/v1/terms')
      if (document === undefined) {
        const rows = bundle.documents.map((one) => [one.document, one.label, one.effectiveAt, one.sha256, one.title])
        return tell(streams, json, bundle, table(['DOCUMENT', 'EDITION', 'IN FORCE SINCE', 'SHA-256', 'TITLE'], rows))
      }
      const found = bundle.documents.find((one) => one.document === document)
      if (found === undefined)
        throw new UsageError(`There is no document called ${document}: ${bundle.documents.map((one) => one.document).join(', ')}.`)
      tell(streams, json, found, lines(found.body))
    })

  sub('accept')
    .description('accept the documents in force for an organisation')
    .argument('<developer>', 'name or id of the organisation')
    .option('--on-behalf-of <principal>', 'name of the principal, where it is somebody else than the organisation')
    .option('--for <email>', 'the person who accepts; without it the first operator')
    .option('--yes', 'that person has read the documents and may accept them')
    .action(async (developer: string, { json = false, yes = false, onBehalfOf, for: email, ...flags }: AcceptFlags) => {
      await using house = await openHouse(flags)
      const as = email === undefined ? await house.operator() : await house.user(email)
      const { documents } = await house.ask<BundleView>('/api/v1/terms', { as })
      const found = (
        await house.ask<{ readonly items: readonly { readonly id: string; readonly name: string }[] }>('/api/v1/developers', { as })
      ).items.find((one) => one.id === developer || one.name === developer)
      if (found === undefined) throw new UsageError(`That person belongs to no organisation called ${developer}.`)
      if (!yes) {
        streams.err(documents.map((one) => `${printable(one.title)}, ${one.label}: handfast terms show ${one.document}\n`).join(''))
        throw new UsageError('Nothing was accepted. Say --yes when the person has read these documents and may accept them.')
      }
      const digests = Object.fromEntries(documents.map(({ document, sha256 }) => [document, sha256]))
      const body = { developer: found.id, documents: digests, onBehalfOf: onBehalfOf ?? null, authorityAttested: true }
      const { id } = await house.ask<{ readonly id: string }>('/api/v1/acceptances', { method: 'POST', as, body })
      const receipt = await house.ask<AcceptanceReceiptView>(`/api/v1/acceptances/${id}/receipt`, { as })
      tell(streams, json, { id, ...receipt }, `accepted for ${printable(found.name)}: ${id}, receipt ${receipt.sha256}\n`)
    })

  sub('diff')
    .description('show what differs between two editions of a document')
    .argument('<document>', 'such as terms')
    .argument('<older>', 'label of an edition')
    .argument('<newer>', 'label of another')
    .action(async (document: string, older: string, newer: string, { json = false, ...flags }: Flags) => {
      const { compareTexts } = await import('../terms/index.ts')
      await using house = await openHouse(flags)
      const { items } = await house.ask<Editions>('/api/v1/terms/editions')
      const bodyOf = async (label: string) => {
        const found = items.find((one) => one.document === document && one.label === label)
        if (found === undefined) throw new UsageError(`The document ${document} has no edition ${label}.`)
        return (await house.ask<{ readonly body: string }>(`/api/v1/terms/editions/${found.id}`)).body
      }
      const difference = compareTexts(await bodyOf(older), await bodyOf(newer))
      tell(streams, json, { document, older, newer, difference }, differenceText(difference))
    })
}

type Difference = readonly { readonly kind: string; readonly pieces: readonly { readonly kind: string; readonly text: string }[] }[]

/** What is gone between brackets with a minus, what is new with a plus; paragraphs that stay are left out. */
export function differenceText(difference: Difference): string {
  const shown = difference
    .filter(({ kind }) => kind !== 'same')
    .map(({ pieces }) =>
      pieces
        .map(({ kind, text }) => (kind === 'gone' ? `[-${lines(text).trim()}-] ` : kind === 'new' ? `{+${lines(text).trim()}+} ` : lines(text)))
        .join('')
        .trim(),
    )
  return shown.length === 0 ? 'Nothing differs.\n' : `${shown.join('\n\n')}\n`
}

/** A text of several lines, each of them safe for a terminal. */
export function lines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
