import type { AmendmentView, InForceView } from '@handfast/contract'
import { type Command, Option } from 'commander'
import { openHouse } from './open-house.ts'
import { type Streams, table, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean; readonly for?: string }

const connectorAt = (slug: string) => `/api/v1/connectors/${encodeURIComponent(slug)}` as const

/** What was agreed on about a connector, and what its developer says about changes to come. */
export function agreementCommands(command: Command, streams: Streams): void {
  const sub = (name: string) => withPlace(command.command(name)).option('--json', 'print JSON')

  sub('in-force')
    .description('say which documents were in force for a connector, and how they came to bind it')
    .argument('<connector>', 'short name')
    .option('--on <date>', 'a day (its end in UTC) or a time; without it now')
    .action(async (slug: string, { json = false, on, ...flags }: Flags & { readonly on?: string }) => {
      await using house = await openHouse(flags)
      const found = await house.ask<InForceView>(`${connectorAt(slug)}/terms${on === undefined ? '' : `?on=${encodeURIComponent(on)}`}`)
      const held = (list: InForceView['unbound'][number]['held']) => list.map(({ change, why }) => `${why} (${change})`).join(' ') || '-'
      const rows = [
        ...found.documents.map((one) => [one.document, one.label, one.how, one.since, one.sha256, held(one.held)]),
        ...found.unbound.map((one) => [one.document, '-', 'not yet', '-', '-', held(one.held)]),
      ]
      const signed = found.amendments.map((one) => [one.title, one.signed?.at ?? '-', one.sha256])
      const coming = found.pending.map((one) => [one.change, one.document, one.label, one.from, one.chosen ?? 'not decided'])
      const parts = [
        table(['DOCUMENT', 'EDITION', 'HOW', 'SINCE', 'SHA-256', 'NEWER, NOT BINDING'], rows),
        table(['AMENDMENT', 'SIGNED', 'SHA-256'], signed),
        table(['TO COME', 'DOCUMENT', 'EDITION', 'FROM', 'CHOICE'], coming),
      ]
      tell(streams, json, found, parts.filter((part) => part !== '').join('\n'))
    })

  sub('choose')
    .description('accept a change that is to come, or wait and keep the right to leave before')
    .argument('<connector>', 'short name')
    .argument('<change>', 'as `terms in-force` says')
    .addOption(new Option('--choice <choice>', 'which').choices(['accept', 'wait']).makeOptionMandatory())
    .option('--for <email>', 'the member who says so; without it the first operator')
    .option('--yes', 'that person may accept for the organisation; asked for with --choice accept')
    .action(
      async (
        slug: string,
        change: string,
        { json = false, choice, yes = false, for: email, ...flags }: Flags & { readonly choice: string; readonly yes?: boolean },
      ) => {
        if (choice === 'accept' && !yes)
          throw new UsageError('Say --yes when that person has read the change and may accept it for the organisation.')
        await using house = await openHouse(flags)
        const as = email === undefined ? await house.operator() : await house.user(email)
        const body = { change, choice, authorityAttested: yes }
        const found = await house.ask<object>(`${connectorAt(slug)}/terms/choices`, { method: 'POST', as, body })
        tell(streams, json, found, `${change}: ${choice}\n`)
      },
    )

  sub('agreement')
    .description('write the whole agreement about a connector: documents, acceptances, changes, decisions, notices')
    .argument('<connector>', 'short name')
    .option('--html <file>', 'write it as a page that prints well')
    .option('--out <file>', 'write it as JSON; without either it is printed')
    .action(async (slug: string, { json = false, html, out, ...flags }: Flags & { readonly html?: string; readonly out?: string }) => {
      const [{ writeFile }, { agreementPage }, { canonicalJson, sha256 }] = await Promise.all([
        import('node:fs/promises'),
        import('../terms/index.ts'),
        import('../lib/index.ts'),
      ])
      await using house = await openHouse(flags)
      const content = await house.ask<Parameters<typeof agreementPage>[0]['content']>(`${connectorAt(slug)}/agreement/export`)
      const text = canonicalJson(content)
      const found = { content, text, sha256: sha256(text) }
      if (html !== undefined) await writeFile(html, agreementPage(found))
      if (out !== undefined) await writeFile(out, `${text}\n`)
      const told = `${[html, out].filter((file) => file !== undefined).join(', ')}: ${found.sha256}\n`
      if (html === undefined && out === undefined) streams.out(`${text}\n`)
      else tell(streams, json, { connector: slug, sha256: found.sha256, html: html ?? null, out: out ?? null }, told)
    })

  const amend = command.command('amendment').description('documents between the operator and one developer alone')
  const under = (name: string) => withPlace(amend.command(name)).option('--json', 'print JSON')

  under('list')
    .description('list the amendments of a developer, oldest first')
    .argument('<developer>', 'id of the organisation')
    .action(async (developer: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const found = await house.ask<{ readonly items: readonly AmendmentView[] }>(`/api/v1/developers/${encodeURIComponent(developer)}/amendments`)
      const rows = found.items.map((one) => [one.id, one.title, one.signed?.at ?? (one.withdrawnAt === null ? 'offered' : 'withdrawn'), one.sha256])
      tell(streams, json, found, table(['ID', 'TITLE', 'SIGNED', 'SHA-256'], rows))
    })

  under('propose')
    .description('sign a document for the operator and offer it to a developer')
    .argument('<developer>', 'id of the organisation')
    .argument('<file>', 'the document in Markdown')
    .requiredOption('--title <title>', 'what it is called')
    .option('--connector <connector>', 'for this connector only')
    .action(
      async (
        developer: string,
        file: string,
        { json = false, title, connector, ...flags }: Flags & { readonly title: string; readonly connector?: string },
      ) => {
        const { readText } = await import('./read-secret.ts')
        const body = { title, connector: connector ?? null, body: readText(file) }
        await using house = await openHouse(flags)
        const found = await house.ask<AmendmentView>(`/api/v1/developers/${encodeURIComponent(developer)}/amendments`, { method: 'POST', body })
        tell(streams, json, found, `${found.id} is offered: ${found.sha256}\n`)
      },
    )

  under('sign')
    .description('sign an amendment for the developer, exactly as it was read')
    .argument('<id>', 'the amendment')
    .requiredOption('--sha256 <digest>', 'digest of the words that were read')
    .option('--for <email>', 'the member who signs; without it the first operator')
    .option('--yes', 'that person may sign for the organisation')
    .action(
      async (
        id: string,
        { json = false, sha256, yes = false, for: email, ...flags }: Flags & { readonly sha256: string; readonly yes?: boolean },
      ) => {
        if (!yes) throw new UsageError('Say --yes when that person may sign for the organisation.')
        await using house = await openHouse(flags)
        const as = email === undefined ? await house.operator() : await house.user(email)
        const body = { sha256, authorityAttested: true }
        const found = await house.ask<AmendmentView>(`/api/v1/amendments/${encodeURIComponent(id)}/sign`, { method: 'POST', as, body })
        tell(streams, json, found, `${found.id} is signed\n`)
      },
    )
}
