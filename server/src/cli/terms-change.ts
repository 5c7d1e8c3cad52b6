import type { ChangeDetail, ChangePreviewView, ChangeView } from '@handfast/contract'
import { type Command, Option } from 'commander'
import { openHouse } from './open-house.ts'
import { printable, type Streams, table, tell } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'
import { differenceText } from './terms-documents.ts'

type Flags = PlaceFlags & { readonly json?: boolean }
type DraftFlags = Flags & { readonly class?: string; readonly because?: string; readonly title?: string; readonly draft?: string }

const at = (id: string) => `/api/v1/terms/changes/${encodeURIComponent(id)}` as const

/** `handfast terms change …`: a new edition, from its draft until it is in force. */
export function changeCommand(terms: Command, streams: Streams): void {
  const command = terms.command('change').description('new editions of documents: draft, preview, post, withdraw')
  const sub = (name: string) => withPlace(command.command(name)).option('--json', 'print JSON')
  const classOption = () => new Option('--class <class>', 'what the change is').choices(['material', 'required-by-law', 'other'])

  sub('list')
    .description('list changes, newest first')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const found = { items: await house.all<ChangeView>('/api/v1/terms/changes') }
      const rows = found.items.map((one) => [one.id, one.document, one.label, one.state, one.class, one.effectiveAt])
      tell(streams, json, found, table(['ID', 'DOCUMENT', 'EDITION', 'STATE', 'CLASS', 'TAKES EFFECT'], rows))
    })

  sub('show')
    .description('show a change with what differs')
    .argument('<id>', 'as `terms change list` says')
    .action(async (id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const found = await house.ask<ChangeDetail>(at(id))
      tell(streams, json, found, shown(found))
    })

  sub('draft')
    .description('keep a new edition as a draft, or change one, and show what differs')
    .argument('<document>', 'such as terms or usage-policies')
    .argument('<file>', 'the whole new edition in Markdown')
    .option('--draft <id>', 'change this draft instead of making one')
    .option('--title <title>', 'without it, that of the edition in force')
    .option('--because <text>', 'why it is of that class; it is shown with the change')
    .addOption(classOption())
    .action(async (document: string, file: string, { json = false, class: changeClass, because, title, draft, ...flags }: DraftFlags) => {
      const { readText } = await import('./read-secret.ts')
      const words = {
        body: readText(file),
        ...(title === undefined ? {} : { title }),
        ...(changeClass === undefined ? {} : { class: changeClass }),
        ...(because === undefined ? {} : { justification: because }),
      }
      await using house = await openHouse(flags)
      const found =
        draft === undefined
          ? await house.ask<ChangeDetail>('/api/v1/terms/changes', { method: 'POST', body: { document, ...words } })
          : await house.ask<ChangeDetail>(at(draft), { method: 'PATCH', body: words })
      tell(streams, json, found, shown(found))
    })

  sub('classify')
    .description('say what a draft is, and why')
    .argument('<id>', 'the draft')
    .addOption(classOption().makeOptionMandatory())
    .requiredOption('--because <text>', 'why it is of that class; it is shown with the change')
    .action(async (id: string, { json = false, class: changeClass, because, ...flags }: DraftFlags) => {
      await using house = await openHouse(flags)
      const found = await house.ask<ChangeDetail>(at(id), { method: 'PATCH', body: { class: changeClass, justification: because } })
      tell(streams, json, found, `${found.id} is ${found.class}\n`)
    })

  sub('preview')
    .description('say what posting a draft now would mean: dates and recipients')
    .argument('<id>', 'the draft')
    .option('--effective-at <time>', 'when it is to take effect; without it as early as it can')
    .action(async (id: string, { json = false, effectiveAt, ...flags }: Flags & { readonly effectiveAt?: string }) => {
      await using house = await openHouse(flags)
      const query = effectiveAt === undefined ? '' : `?effectiveAt=${encodeURIComponent(effectiveAt)}`
      const found = await house.ask<ChangePreviewView>(`${at(id)}/preview${query}`)
      const rows = found.recipients.map((one) => [one.name, one.developer, one.connectors.join(' ')])
      const dates = `takes effect: ${found.effectiveAt} (${found.shown})\nat the earliest: ${found.earliest}\nnotices go to ${rows.length} developers\n`
      tell(streams, json, found, [dates, table(['DEVELOPER', 'ID', 'CONNECTORS'], rows)].filter((part) => part !== '').join('\n'))
    })

  sub('post')
    .description('post a draft: it is public from then, developers are told, and the clock brings it into force')
    .argument('<id>', 'the draft')
    .requiredOption('--sha256 <digest>', 'digest of the words that you looked at, as `show` says')
    .option('--drafted-at <time>', 'when what you looked at was last changed, as `show` says: nothing is posted that was changed since')
    .option('--effective-at <time>', 'when it is to take effect; without it as early as it can')
    .action(
      async (
        id: string,
        {
          json = false,
          sha256,
          draftedAt,
          effectiveAt,
          ...flags
        }: Flags & Readonly<Record<'draftedAt' | 'effectiveAt', string | undefined>> & { readonly sha256: string },
      ) => {
        await using house = await openHouse(flags)
        const body = { sha256, ...(draftedAt === undefined ? {} : { draftedAt }), ...(effectiveAt === undefined ? {} : { effectiveAt }) }
        const found = await house.ask<ChangeView>(`${at(id)}/post`, { method: 'POST', body })
        tell(streams, json, found, `${found.document} ${found.label ?? ''} takes effect at ${found.effectiveAt ?? ''}\n`)
      },
    )

  sub('withdraw')
    .description('take a draft back, or a posted change before its time')
    .argument('<id>', 'the change')
    .requiredOption('--reason <text>', 'why; whoever was told of the change reads it')
    .action(async (id: string, { json = false, reason, ...flags }: Flags & { readonly reason: string }) => {
      await using house = await openHouse(flags)
      const found = await house.ask<ChangeView>(`${at(id)}/withdraw`, { method: 'POST', body: { reason } })
      tell(streams, json, found, `${found.id} is withdrawn\n`)
    })
}

function shown({ id, document, state, class: changeClass, justification, sha256, draftedAt, effectiveAt, difference }: ChangeDetail): string {
  const facts = [
    ['change', id],
    ['document', document],
    ['state', state],
    ['class', changeClass ?? 'not said yet'],
    ['because', justification ?? '-'],
    ['takes effect', effectiveAt ?? '-'],
    ['drafted', draftedAt],
    ['sha256', sha256],
  ]
  return `${facts.map(([name, value]) => `${(name ?? '').padEnd(14)}${printable(value ?? '')}\n`).join('')}\n${differenceText(difference)}`
}
