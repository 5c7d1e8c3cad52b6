import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { Refusal, refusalBody } from '../lib/index.ts'
import { type Inspection, inspectOperations, readDocument } from '../protocol/openapi/index.ts'

export type OpenapiCommandOptions = {
  /** Gets a document by http or https, through the one way out. Throws a Refusal where it may not or cannot. */
  readonly fetchText: (url: string) => Promise<string>
  readonly write?: (text: string) => void
  readonly writeError?: (text: string) => void
  /** Told how the command ended: 0 all usable, 1 some unusable or the document refused, 2 no such file. */
  readonly end?: (code: 0 | 1 | 2) => void
}

type Shown = {
  readonly tool: string
  readonly method: string
  readonly path: string
  readonly usable: boolean
  readonly reason?: string
  readonly pointer?: string
}

/** `handfast openapi inspect FILE|URL [--json]`: which operations of a document become tools, and why the others do not. */
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
    .argument('<file-or-url>', 'an OpenAPI 3.0 or 3.1 document, JSON or YAML')
    .option('--json', 'print JSON')
    .action(async (place: string, flags: { readonly json?: boolean }) => {
      const isUrl = /^https?:\/\//i.test(place)
      let text: string
      try {
        text = isUrl ? await options.fetchText(place) : await readFile(place, 'utf8')
      } catch (error) {
        if (error instanceof Refusal) return end(refuse(error))
        if (isUrl || !isFileError(error)) throw error
        writeError(`${place} cannot be read: ${error.code}\n`)
        return end(2)
      }
      try {
        const inspection = inspectOperations(readDocument(text), isUrl ? { source: place } : {})
        const operations = inspection.operations.map(shown)
        write(flags.json === true ? `${JSON.stringify({ ...about(inspection), operations }, null, 2)}\n` : table(inspection, operations))
        return end(operations.every(({ usable }) => usable) ? 0 : 1)
      } catch (error) {
        if (error instanceof Refusal) return end(refuse(error))
        throw error
      }

      function refuse(refusal: Refusal): 1 {
        if (flags.json === true) write(`${JSON.stringify({ operations: [], error: refusalBody(refusal) }, null, 2)}\n`)
        else writeError(`${refusal.message}\n`)
        return 1
      }
    })
  return command
}

function shown(operation: Inspection['operations'][number]): Shown {
  const { tool, method, path, usable, reason, pointer } = operation
  return { tool, method, path, usable, ...(reason === undefined ? {} : { reason }), pointer }
}

function about({ servers, security, notes }: Inspection): Omit<Inspection, 'operations'> {
  return { servers, security, notes }
}

function table(inspection: Inspection, operations: readonly Shown[]): string {
  const usable = operations.filter((operation) => operation.usable).length
  const methods = Math.max(0, ...operations.map(({ method }) => method.length))
  const tools = Math.max(0, ...operations.map(({ tool }) => tool.length))
  const rows = operations.map((operation) => {
    const row = `${operation.usable ? 'yes' : 'no '}  ${operation.tool.padEnd(tools)}  ${operation.method.padEnd(methods)}  ${printable(operation.path)}\n`
    return operation.usable ? row : `${row}     ${printable(operation.reason ?? '')}\n     at ${printable(operation.pointer ?? '')}\n`
  })
  const { security, servers, notes } = inspection
  const name = 'name' in security ? ` ${JSON.stringify(security.name)}` : ''
  const ends = [
    `${usable} of ${operations.length} operations become tools`,
    `servers: ${servers.length === 0 ? 'none that is a complete address' : servers.join(', ')}`,
    `credential: ${security.type}${printable(name)}`,
    ...notes.map((note) => `note: ${printable(note)}`),
  ]
  return `${rows.join('')}${rows.length > 0 ? '\n' : ''}${ends.join('\n')}\n`
}

/** Documents are strangers' texts: escape sequences of terminals and direction marks are shown, not obeyed. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function isFileError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
