import { existsSync, writeFileSync } from 'node:fs'
import {
  type AppealView,
  type ConnectorDetail,
  type ConnectorStateView,
  type DraftReportView,
  type DraftView,
  type FoundDraft,
  manifestJsonSchema,
  type ReleaseDetail,
} from '@handfast/contract'
import type { Command } from 'commander'
import { openHouse } from './open-house.ts'
import { jsonLine, printable, type Streams, table, tell, UsageError } from './say.ts'
import type { PlaceFlags } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean }
type InitFlags = { readonly json?: boolean; readonly kind: string; readonly url?: string; readonly name?: string; readonly force?: boolean }
type Sub = (name: string) => Command

/** The part of `handfast connector` for whoever publishes: begin, save, check, take back, appeal. */
export function developerCommands(command: Command, sub: Sub, streams: Streams): void {
  command
    .command('init')
    .description('write a manifest with a word about every field, to begin with')
    .argument('<file>', 'the YAML file to write')
    .option('--kind <kind>', '`mcp` or `openapi`', 'mcp')
    .option('--url <url>', 'address of the MCP endpoint, or the base address of the API')
    .option('--name <name>', 'name that users see')
    .option('--force', 'write over a file that is there')
    .option('--json', 'print JSON')
    .action(async (file: string, flags: InitFlags) => {
      const { commentedManifest } = await import('./init-connector.ts')
      const { kind } = flags
      if (kind !== 'mcp' && kind !== 'openapi') throw new UsageError('A connector is of the kind mcp or openapi.')
      if (existsSync(file) && flags.force !== true) throw new UsageError(`${file} is there already. Say --force to write over it.`)
      const slug = slugOf(file)
      const url = flags.url ?? (kind === 'mcp' ? 'https://api.example.org/mcp' : 'https://api.example.org')
      writeFileSync(file, commentedManifest({ slug, name: flags.name ?? slug, kind, url }))
      tell(
        streams,
        flags.json === true,
        { file, slug, kind },
        `${printable(file)} is written; fill it in, then: handfast connector add ${printable(file)}\n`,
      )
    })

  command
    .command('schema')
    .description('print the JSON Schema of manifests, for editors')
    .action(() => streams.out(jsonLine(manifestJsonSchema())))

  sub('status')
    .description('where a connector stands: its newest release, its tools, what drifted')
    .argument('<connector>', 'short name')
    .action(async (slug: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const one = await house.ask<ConnectorDetail>(at(slug))
      const newest = (one.inside?.releases ?? []).toSorted((a, b) => b.number - a.number)[0]
      const release = newest === undefined ? null : await house.ask<ReleaseDetail>(at(slug, `/releases/${newest.number}`))
      const state = await house.ask<ConnectorStateView>(at(slug, '/state'))
      const { status, statusReason, selfReviewed } = one
      const decisions = one.inside?.decisions ?? []
      const shown = { connector: slug, status, statusReason, selfReviewed, release, decisions, ...state }
      tell(streams, json, shown, statusText(one, release, state))
      process.exitCode = state.drift.some(({ closedAt }) => closedAt === null) || release?.state === 'changes-requested' ? 1 : 0
    })

  sub('withdraw')
    .description('take back the release that waits for its review')
    .argument('<connector>', 'short name')
    .option('--reason <text>', 'why', '')
    .action(async (slug: string, { json = false, reason, ...flags }: Flags & { readonly reason: string }) => {
      const { releaseToDecide } = await import('./publishing.ts')
      await using house = await openHouse(flags)
      const { number } = await releaseToDecide(house, slug)
      await house.ask(at(slug, `/releases/${number}/withdraw`), { method: 'POST', body: { reason } })
      tell(streams, json, { connector: slug, number, withdrawn: true }, `release ${number} of ${printable(slug)} was taken back\n`)
    })

  sub('appeal')
    .description('have somebody else look at a decision about your connector again')
    .argument('<connector>', 'short name')
    .argument('<decision>', 'id of the decision, as `handfast connector show` and the notice name it')
    .requiredOption('--reason <text>', 'why it is wrong')
    .action(async (slug: string, decision: string, { json = false, reason, ...flags }: Flags & { readonly reason: string }) => {
      await using house = await openHouse(flags)
      const made = await house.ask<AppealView>(at(slug, '/appeals'), { method: 'POST', body: { decision, reason } })
      tell(streams, json, made, `the appeal ${made.id} should be answered by ${made.dueAt}\n`)
    })

  draftCommands(streams, sub)
}

function draftCommands(streams: Streams, sub: Sub): void {
  sub('draft')
    .description('what is worked on before it is handed in: save it, look at it, check it, throw it away')
    .argument('<what>', '`save`, `show`, `check` or `discard`')
    .argument('<manifest or connector>', 'for `save` the YAML file, otherwise the short name')
    .option('--openapi <file>', 'the OpenAPI document that goes with it')
    .option('--overlay <file>', 'an OpenAPI Overlay')
    .action(
      async (
        what: string,
        of: string,
        { json = false, openapi, overlay, ...flags }: Flags & { readonly openapi?: string; readonly overlay?: string },
      ) => {
        await using house = await openHouse(flags)
        switch (what) {
          case 'save': {
            const { readDraft } = await import('./read-draft.ts')
            const { slug, ...body } = readDraft(of, openapi, overlay)
            const saved = await house.ask<DraftView>(at(slug, '/draft'), { method: 'PUT', body })
            report(streams, json, saved, `the draft of ${printable(slug)} is saved\n`)
            return
          }
          case 'show': {
            const { draft: found } = await house.ask<FoundDraft>(at(of, '/draft'))
            if (found === null) throw new UsageError(`${of} has no draft.`)
            report(streams, json, found, `saved at ${found.savedAt}\n${jsonLine(found.manifest)}`)
            return
          }
          case 'check': {
            const found = await house.ask<DraftReportView>(at(of, '/draft/check'), { method: 'POST', body: {} })
            const words = found.attestations.map(({ id, says }) => `  ${id}: ${says}\n`).join('')
            report(streams, json, found, `${found.tools} tools; handing in takes your word on this:\n${words}`)
            return
          }
          case 'discard':
            await house.ask(at(of, '/draft'), { method: 'DELETE' })
            tell(streams, json, { connector: of, discarded: true }, `the draft of ${printable(of)} is gone\n`)
            return
          default:
            throw new UsageError('Say save, show, check or discard.')
        }
      },
    )
}

/** Ends with 1 where something stands in the way of handing in. */
function report(streams: Streams, json: boolean, found: DraftView | DraftReportView, text: string): void {
  const lines = found.findings.map(({ severity, rule, pointer, message }) => `${severity}  ${rule}  ${printable(pointer)}  ${printable(message)}\n`)
  tell(streams, json, found, `${lines.join('')}${text}`)
  process.exitCode = found.findings.some(({ severity }) => severity === 'blocks') ? 1 : 0
}

function statusText(one: ConnectorDetail, release: ReleaseDetail | null, { tools, drift, lastLook }: ConnectorStateView): string {
  const against = one.inside?.decisions.findLast(({ statement }) => statement?.redress != null)
  const facts = [
    `${printable(one.slug)} is ${one.status}${one.statusReason === null ? '' : `: ${printable(one.statusReason)}`}`,
    ...(one.selfReviewed ? ['whoever reviewed it also stands behind it'] : []),
    ...(release === null
      ? []
      : [`release ${release.number} is ${release.state}; risk ${release.risk?.score ?? '-'}, ${release.findings.length} findings`]),
    ...(against === undefined
      ? []
      : [`"${against.kind}" can be appealed: handfast connector appeal ${printable(one.slug)} ${against.id} --reason …`]),
    lastLook === null
      ? 'not looked at again yet'
      : `last looked at ${lastLook.at}: ${lastLook.outcome}${lastLook.detail === null ? '' : `, ${printable(lastLook.detail)}`}`,
  ]
  const open = drift.filter(({ closedAt }) => closedAt === null)
  return [
    `${facts.join('\n')}\n`,
    table(
      ['TOOL', 'STATE', 'BECAUSE'],
      tools.map(({ tool, state, because }) => [tool, state, because]),
    ),
    table(
      ['DRIFT', 'EFFECT', 'WHAT'],
      open.map(({ tool, effect, detail }) => [tool, effect, detail]),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function slugOf(file: string): string {
  const name = (file.split(/[\\/]/).at(-1) ?? '').replace(/\.ya?ml$/i, '').toLowerCase()
  const plain = name
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 31)
  return plain.length >= 2 ? plain : 'my-connector'
}

function at(slug: string, rest = ''): `/api/v1/${string}` {
  return `/api/v1/connectors/${encodeURIComponent(slug)}${rest}`
}
