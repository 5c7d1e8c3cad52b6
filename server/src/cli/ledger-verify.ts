import { readFile, stat } from 'node:fs/promises'
import { Command } from 'commander'
import { type FetchBytes, fromFolder, type Report, verifyLog } from '../ledger/verify/index.ts'
import { Refusal, refusalBody } from '../lib/index.ts'
import type { Storage } from '../storage/index.ts'

/** The ledger of this installation, opened for one command. */
export type OpenLedger = {
  readonly storage: Storage
  /** Brings what is durable into the signed tree first. */
  readonly advance: () => Promise<unknown>
  readonly close: () => Promise<void>
}

export type LedgerCommandOptions = {
  /** Gets bytes by http or https, through the one way out; null where there is nothing (404). Throws a Refusal where it may not or cannot. */
  readonly fetchBytes: (url: string) => Promise<Uint8Array | null>
  readonly openLedger: () => Promise<OpenLedger>
  readonly write?: (text: string) => void
  readonly writeError?: (text: string) => void
  /** Told how the command ended: 0 verified or exported, 1 findings, 2 wrong usage, 3 it could not be done. */
  readonly end?: (code: 0 | 1 | 2 | 3) => void
}

type VerifyFlags = { readonly json?: boolean; readonly key?: string; readonly since?: readonly string[] }

/** `handfast ledger verify DIR|URL` and `handfast ledger export DIR`. Verifying needs no database and none of the code that writes one. */
export function ledgerCommand(options: LedgerCommandOptions): Command {
  const write = options.write ?? ((text) => process.stdout.write(text))
  const writeError = options.writeError ?? ((text) => process.stderr.write(text))
  const end =
    options.end ??
    ((code) => {
      process.exitCode = code
    })
  const command = new Command('ledger').description('verify the evidence, or take a copy of it')

  command
    .command('verify')
    .description('check every entry, the tree over them and its signature')
    .argument('<folder-or-url>', 'an exported ledger, or the address of one that is served')
    .option('--key <key>', 'the verifier key to trust; without it the one beside the log is taken')
    .option('--since <file>', 'a checkpoint kept from earlier; may be given again', (file: string, before: readonly string[] = []) => [
      ...before,
      file,
    ])
    .option('--json', 'print JSON')
    .action(async (place: string, { json = false, key, since = [] }: VerifyFlags) => {
      const isUrl = /^https?:\/\//i.test(place)
      if (!isUrl && !(await isFolder(place))) return end(wrong(`There is no folder ${place}.`))
      let notes: string[]
      try {
        notes = await Promise.all(since.map((file) => readFile(file, 'utf8')))
      } catch (error) {
        return end(wrong(`A checkpoint cannot be read: ${(error as Error).message}.`))
      }
      try {
        const report = await verifyLog(isUrl ? fromUrl(place, options.fetchBytes) : fromFolder(place), {
          since: notes,
          ...(key === undefined ? {} : { key }),
        })
        write(json ? `${JSON.stringify(report, null, 2)}\n` : told(report, key !== undefined))
        return end(report.verified ? 0 : 1)
      } catch (error) {
        return end(refuse(error, json))
      }
    })

  command
    .command('export')
    .description('write the signed ledger into a new folder')
    .argument('<folder>', 'where to; it must be empty or not exist yet')
    .option('--json', 'print JSON')
    .action(async (folder: string, { json = false }: { readonly json?: boolean }) => {
      try {
        const { exportLog } = await import('../ledger/index.ts')
        const ledger = await options.openLedger()
        try {
          await ledger.advance()
          const exported = await exportLog(ledger.storage, folder)
          write(json ? `${JSON.stringify(exported)}\n` : `${exported.size} entries in ${exported.files} files below ${printable(folder)}\n`)
        } finally {
          await ledger.close()
        }
        return end(0)
      } catch (error) {
        return end(refuse(error, json))
      }
    })
  return command

  function wrong(message: string): 2 {
    writeError(`${printable(message)}\n`)
    return 2
  }

  /** @throws whatever is not a refusal: a fault, for whoever started the command */
  function refuse(error: unknown, json: boolean): 1 | 2 | 3 {
    if (error instanceof Error && error.name === 'LedgerBrokenError') {
      writeError(`${error.message}\n`)
      return 1
    }
    if (!(error instanceof Refusal)) throw error
    if (json) write(`${JSON.stringify({ error: refusalBody(error) })}\n`)
    else writeError(`${printable(error.message)}\n`)
    return error.code === 'ledger/folder-not-empty' ? 2 : 3
  }
}

function fromUrl(base: string, fetchBytes: LedgerCommandOptions['fetchBytes']): FetchBytes {
  const prefix = base.replace(/\/+$/, '')
  return (path) => fetchBytes(`${prefix}/${path}`)
}

async function isFolder(place: string): Promise<boolean> {
  return (await stat(place).catch(() => null))?.isDirectory() ?? false
}

function told({ verified, size, findings, omitted }: Report, keyGiven: boolean): string {
  const key = keyGiven ? 'the key given' : 'the key that lies beside it; give --key to check who signed it'
  if (verified) return `verified: ${size} entries, signed with ${key}\n`
  const lines = findings.map(({ kind, at, message }) => `${kind}  ${at}  ${printable(message)}\n`)
  const count = findings.length + omitted
  return `${lines.join('')}${omitted > 0 ? `and ${omitted} more\n` : ''}not verified: ${count} ${count === 1 ? 'finding' : 'findings'} in ${size} entries\n`
}

/** A log is a stranger's text: escape sequences of terminals and direction marks are shown, not obeyed. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
