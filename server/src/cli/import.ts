import { Command } from 'commander'
import { complain, printable, processStreams, type Streams, tell } from './say.ts'
import { withPlace } from './settings-options.ts'

type Flags = Readonly<Record<string, unknown>> & { readonly to?: string; readonly dryRun?: boolean; readonly json?: boolean }

/** `handfast import FILE|URL`: what other places know about connectors becomes drafts, each with a report. */
export function importCommand(streams: Streams = processStreams): Command {
  return withPlace(new Command('import').description('make drafts of connectors from what other places know about them'))
    .argument(
      '<file-or-url>',
      'mcp.json of an assistant, server.json or answer of an MCP registry, plugin manifest, exported Actions, OpenAPI; - reads standard input',
    )
    .option('--to <folder>', 'where the drafts are written', './connectors')
    .option('--dry-run', 'only report')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nKeys that stand in what is imported are not taken over. Nothing is live afterwards: look through a draft and hand it in with `handfast connector add`.\n',
    )
    .action(async (place: string, { to = './connectors', dryRun = false, json = false, ...settings }: Flags) => {
      try {
        const [{ readDrafts }, { writeDrafts }, { documentsThrough, textAt }] = await Promise.all([
          import('./import/read-drafts.ts'),
          import('./import/write-drafts.ts'),
          import('./import/documents.ts'),
        ])
        const { format, drafts } = await readDrafts(await textAt(place, settings), place, documentsThrough(settings))
        const files = dryRun ? [] : writeDrafts(drafts, to)
        const usable = drafts.filter(({ manifest }) => manifest !== null).length
        const shown = drafts.map(({ slug, name, manifest, runner, remarks }) => ({
          slug,
          name,
          usable: manifest !== null,
          runner: runner !== null,
          manifest,
          remarks,
        }))
        const lines = drafts.map(({ slug, name, manifest, remarks }) => {
          const said = remarks
            .map(({ level, pointer, message }) => `    ${level}: ${printable(message)} (${printable(pointer === '' ? '/' : pointer)})\n`)
            .join('')
          return `${manifest === null ? 'no ' : 'yes'}  ${slug}  ${printable(name)}\n${said}`
        })
        const written = files.map((file) => `${file}\n`).join('')
        tell(
          streams,
          json,
          { format, drafts: shown, files },
          `${lines.join('')}\n${usable} of ${drafts.length} became drafts (${format})\n${written}`,
        )
        if (usable < drafts.length) process.exitCode = 1
      } catch (error) {
        process.exitCode = complain(streams, json, error)
      }
    })
}
