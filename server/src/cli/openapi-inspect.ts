import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { Refusal, refusalBody } from '../lib/index.ts'
import { type Choice, inspectInWorker, type Read } from '../protocol/openapi/index.ts'
import { readDocumentAt } from './read-document.ts'
import { readText } from './read-secret.ts'
import { UsageError } from './say.ts'

export type OpenapiCommandOptions = {
  /** Gets a document by http or https, through the one way out. Throws a Refusal where it may not or cannot. */
  readonly fetchText: (url: string) => Promise<string>
  readonly write?: (text: string) => void
  readonly writeError?: (text: string) => void
  /** Told how the command ended: 0 all usable, 1 some unusable, an overlay that does nothing, or the document refused, 2 no such file. */
  readonly end?: (code: 0 | 1 | 2) => void
}

type Flags = {
  readonly json?: boolean
  readonly overlay?: string
  readonly propose?: string
  readonly server?: string
  readonly tag?: string[]
  readonly path?: string[]
  readonly include?: string[]
  readonly exclude?: string[]
  readonly search?: string
}

type Shown = {
  readonly tool: string
  readonly method: string
  readonly path: string
  readonly usable: boolean
  readonly reason?: string
  readonly pointer?: string
  readonly file?: string
  readonly line?: number
  readonly tags?: readonly string[]
  readonly notes?: readonly string[]
}

const several = (value: string, before: string[] = []): string[] => [...before, value]

/** `handfast openapi inspect FILE|FOLDER|ARCHIVE|URL [--json]`: which operations of a document become tools, and why the others do not. */
export function openapiCommand(options: OpenapiCommandOptions): Command {
  const write = options.write ?? ((text) => process.stdout.write(text))
  const writeError = options.writeError ?? ((text) => process.stderr.write(text))
  const end =
    options.end ??
    ((code) => {
      process.exitCode = code
    })
  const command = new Command('openapi').description('look at OpenAPI documents')
  command
    .command('inspect')
    .description('say for each operation which tool it becomes, or why it cannot')
    .argument('<file-or-url>', 'an OpenAPI 3 or Swagger 2 document, JSON or YAML: a file, an address, or a folder or archive of several files')
    .option('--overlay <file>', 'an OpenAPI Overlay to apply first')
    .option('--propose <file>', 'write an overlay to start from')
    .option('--server <url>', 'base address of the API, where the document does not say it or says another')
    .option('--tag <tag>', 'only operations with this tag; again for more', several)
    .option('--path <pattern>', 'only operations at such paths: * is one segment, a last ** any rest; again for more', several)
    .option('--search <words>', 'only operations with all of these words')
    .option('--include <tool>', 'this operation in any case; again for more', several)
    .option('--exclude <tool>', 'without this operation; again for more', several)
    .option('--json', 'print JSON')
    .action(async (place: string, flags: Flags) => {
      const isUrl = /^https?:\/\//i.test(place)
      try {
        const text = isUrl ? await options.fetchText(place) : readDocumentAt(place)
        const overlay = flags.overlay === undefined ? undefined : readText(flags.overlay)
        const choice = choiceOf(flags)
        const inspection = await inspectInWorker(
          { text, overlay },
          {
            ...(isUrl ? { source: place } : {}),
            ...(flags.server === undefined ? {} : { server: flags.server }),
            ...(choice === undefined ? {} : { choice }),
          },
        )
        if (flags.propose !== undefined) await writeFile(flags.propose, inspection.proposal)
        const operations = inspection.operations.map(shown)
        write(flags.json === true ? `${JSON.stringify({ ...about(inspection), operations }, null, 2)}\n` : table(inspection, operations))
        return end(operations.every(({ usable }) => usable) && inspection.overlayFindings.length === 0 ? 0 : 1)
      } catch (error) {
        if (error instanceof UsageError) {
          writeError(`${error.message}\n`)
          return end(2)
        }
        if (!(error instanceof Refusal)) throw error
        if (flags.json === true) write(`${JSON.stringify({ operations: [], error: refusalBody(error) }, null, 2)}\n`)
        else writeError(`${error.message}\n`)
        return end(1)
      }
    })
  return command
}

function choiceOf({ tag, path, search, include, exclude }: Flags): Choice | undefined {
  if ([tag, path, search, include, exclude].every((one) => one === undefined)) return undefined
  return {
    ...(tag === undefined ? {} : { tags: tag }),
    ...(path === undefined ? {} : { paths: path }),
    ...(search === undefined ? {} : { search }),
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
  }
}

function shown({ binding: _b, definition: _d, facts: _f, ...operation }: Read['operations'][number]): Shown {
  return operation
}

function about({ title, servers, security, signIn, notes, notChosen, overlayFindings, proposal }: Read) {
  return { title, servers, security, ...(signIn === undefined ? {} : { signIn }), notes, notChosen, overlayFindings, proposal }
}

function table(inspection: Read, operations: readonly Shown[]): string {
  const usable = operations.filter((operation) => operation.usable).length
  const methods = Math.max(0, ...operations.map(({ method }) => method.length))
  const tools = Math.max(0, ...operations.map(({ tool }) => tool.length))
  const rows = operations.map((operation) => {
    const row = `${operation.usable ? 'yes' : 'no '}  ${operation.tool.padEnd(tools)}  ${operation.method.padEnd(methods)}  ${printable(operation.path)}\n`
    const notes = (operation.notes ?? []).map((note) => `     left out: ${printable(note)}\n`).join('')
    return operation.usable ? `${row}${notes}` : `${row}     ${printable(operation.reason ?? '')}\n     at ${printable(placed(operation))}\n`
  })
  const { security, servers, notes, overlayFindings, notChosen } = inspection
  const name = 'name' in security ? ` ${JSON.stringify(security.name)}` : ''
  const ends = [
    `${usable} of ${operations.length} operations become tools${notChosen === 0 ? '' : `; ${notChosen} were not chosen`}`,
    `servers: ${servers.length === 0 ? 'none that is a complete address' : servers.join(', ')}`,
    `credential: ${security.type}${printable(name)}`,
    ...overlayFindings.map(({ action, target, message }) => `overlay: action ${action + 1} (${printable(target)}): ${printable(message)}`),
    ...notes.map((note) => `note: ${printable(note)}`),
  ]
  return `${rows.join('')}${rows.length > 0 ? '\n' : ''}${ends.join('\n')}\n`
}

function placed({ file, line, pointer }: Shown): string {
  const where = [file, line === undefined ? undefined : `line ${line}`].filter((part) => part !== undefined).join(', ')
  return where === '' ? (pointer ?? '') : `${where}: ${pointer ?? ''}`
}

/** Documents are strangers' texts: escape sequences of terminals and direction marks are shown, not obeyed. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
