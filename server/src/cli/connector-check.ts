import type { Command } from 'commander'
import { Option } from 'commander'
import { definedOnly } from '../lib/index.ts'
import { version } from '../version.ts'
import { jsonLine, printable, type Streams, UsageError } from './say.ts'
import { type PlaceFlags, settingsFlags, withPlace } from './settings-options.ts'

const FORMATS = ['text', 'json', 'sarif', 'markdown'] as const
type Format = (typeof FORMATS)[number]

type CheckFlags = PlaceFlags & {
  readonly openapi?: string
  readonly overlay?: string
  readonly tools?: string
  readonly previous?: string
  readonly listingKeyEnv?: string
  readonly format?: Format
  readonly json?: boolean
}

/** `handfast connector check FILE|URL`: the rules of the review, before anything is handed in. Ends with 1 where one warns or blocks. */
export function connectorCheck(command: Command, streams: Streams): void {
  withPlace(command)
    .description('ask the rules of the review about a manifest, a list of tools, an OpenAPI document or a running MCP server')
    .argument('<file-or-url>', 'a manifest, an answer to tools/list or an OpenAPI document; or the address of a document or an MCP server')
    .option('--openapi <file>', 'the OpenAPI document of the manifest; without it, it is fetched')
    .option('--overlay <file>', 'an OpenAPI Overlay to apply first')
    .option('--tools <file>', 'an answer to tools/list, so that the server of the manifest is not asked')
    .option('--previous <file>', 'what was handed in before, as the same kind of file: what has grown since is said too')
    .option('--listing-key-env <variable>', 'variable with a key for MCP servers that list their tools to known callers only')
    .addOption(new Option('--format <format>', 'how to say it').choices([...FORMATS]))
    .option('--json', 'the same as --format json')
    .action(async (place: string, { json = false, format = json ? 'json' : 'text', ...flags }: CheckFlags) => {
      streams.out(await checked(place, format, flags))
    })
}

async function checked(place: string, format: Format, flags: CheckFlags): Promise<string> {
  const [{ openEgress }, subjects, { checkSubject }, { reportMarkdown, reportSarif, rules }] = await Promise.all([
    import('./open-egress.ts'),
    import('./check/read-subject.ts'),
    import('./check/check-subject.ts'),
    import('../review/index.ts'),
  ])
  await using egress = openEgress(settingsFlags(flags))
  const { readSecret } = await import('./read-secret.ts')
  const key = flags.listingKeyEnv === undefined ? null : readSecret({ env: flags.listingKeyEnv }, '.')
  const beside = { ...definedOnly({ openapi: flags.openapi, overlay: flags.overlay, tools: flags.tools }), key }
  const subject = await subjectAt(place)
  const previous = flags.previous === undefined ? null : (await subjects.readFileSubject(flags.previous, { key: null }, egress)).content
  const report = await checkSubject(subject, previous, egress)
  process.exitCode = report.findings.some(({ severity }) => severity !== 'notes') ? 1 : 0
  const about = { name: subject.name, place, lines: subject.linesOf(report.findings.map(({ pointer }) => pointer)) }
  switch (format) {
    case 'json':
      return jsonLine({ name: subject.name, tools: subject.content.tools.length, left: subject.described.left ?? [], ...report })
    case 'sarif':
      return jsonLine(reportSarif(report, rules, about, version))
    case 'markdown':
      return reportMarkdown(report, rules, about)
    case 'text':
      return asText(subject.name, subject.content.tools.length, report)
  }

  async function subjectAt(named: string) {
    if (!/^https?:\/\//i.test(named)) return await subjects.readFileSubject(named, beside, egress)
    if (!URL.canParse(named)) throw new UsageError(`${named} is not an address.`)
    const { fetchText } = await import('./open-egress.ts')
    if (/\.(?:json|ya?ml)$/i.test(new URL(named).pathname))
      return await subjects.readApi(await fetchText(named, settingsFlags(flags)), beside, named, named)
    return await subjects.askSubject(named, key, egress)
  }
}

type Told = {
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly message: string; readonly pointer: string }[]
  readonly more: object
  readonly notAsked: readonly unknown[]
}

function asText(name: string, tools: number, { findings, more, notAsked }: Told): string {
  const lines = findings.map(
    ({ severity, rule, message, pointer }) =>
      `${severity.padEnd(6)}  ${rule}  ${printable(message)}\n        at ${printable(pointer === '' ? '/' : pointer)}\n`,
  )
  const rest = Object.entries(more).map(([rule, count]) => `        ${count} more of ${rule}\n`)
  const of = (severity: string) => findings.filter((finding) => finding.severity === severity).length
  const end = `${printable(name)}: ${tools} tools, ${of('blocks')} findings block, ${of('warns')} warn, ${of('notes')} note`
  const skipped = notAsked.length === 0 ? '' : `; ${notAsked.length} rules were not asked, since what they look at is not known here`
  return `${lines.join('')}${rest.join('')}${end}${skipped}\n`
}
