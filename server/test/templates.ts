import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { type Id, newId } from '../src/lib/index.ts'
import type { Place } from '../src/storage/index.ts'
import { asAdmin, namedDatabase } from './postgres/admin.ts'
import { quickFolder } from './quick-folder.ts'

/** What a database begins as: made once in a whole run, by whoever needs it first, and copied from then on. */
export type Template<Facts = null> = {
  readonly name: string
  /** Fills an empty place, and keeps files beside it in `folder` if it wants them copied. Nobody may be connected when it ends. */
  readonly make: (place: Place, folder: string) => Promise<Facts>
}

/** Where a copy lies. Its `folder` holds the files that the template keeps. */
export type Copy<Facts> = { readonly place: Place; readonly folder: string; readonly facts: Facts; remove(): Promise<void> }

let count = 0
const nextName = (): string => `test_${process.pid}_${++count}`

/** What a template's folder says of it. `newest` is an id that sorts after all those in it. */
type Made<Facts> = { readonly database: string; readonly facts: Facts; readonly newest: Id<'end'> }

const timeOf = (id: Id<'end'>): number => Number.parseInt(id.slice('end_'.length, 'end_'.length + 12), 16)

/** The template's folder: its facts, its files, and for PostgreSQL the name of its database. */
async function made<Facts>(kind: Place['kind'], { name, make }: Template<Facts>): Promise<string> {
  const shared = join(inject('templates'), `${name}-${kind}`)
  if (existsSync(shared)) return shared
  const making = mkdtempSync(join(inject('templates'), 'making-'))
  mkdirSync(join(making, 'files'))
  const database = `template_${nextName()}`
  if (kind === 'postgres') await asAdmin(inject('postgresUrl'), `create database ${database}`)
  const place: Place =
    kind === 'postgres' ? { kind, url: namedDatabase(inject('postgresUrl'), database) } : { kind, file: join(making, 'handfast.db') }
  const facts = await make(place, join(making, 'files'))
  const said: Made<Facts> = { database, facts, newest: newId('end', 0) }
  writeFileSync(join(making, 'made.json'), JSON.stringify(said))
  try {
    renameSync(making, shared)
  } catch {
    // Somebody else was faster, and everybody copies theirs.
    rmSync(making, { recursive: true, force: true })
    if (kind === 'postgres') await asAdmin(inject('postgresUrl'), `drop database ${database} with (force)`)
  }
  return shared
}

export async function copyOf<Facts>(kind: Place['kind'], template: Template<Facts>): Promise<Copy<Facts>> {
  const from = await made(kind, template)
  const { database, facts, newest } = JSON.parse(readFileSync(join(from, 'made.json'), 'utf8')) as Made<Facts>
  // Another process may have made it, which had been further ahead in time than this one by then: its ids and ours would sort by chance.
  newId('end', timeOf(newest) + 1)
  const folder = mkdtempSync(join(quickFolder, 'handfast-test-'))
  cpSync(join(from, 'files'), folder, { recursive: true })
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  if (kind === 'sqlite') {
    const file = join(folder, 'handfast.db')
    for (const suffix of ['', '-wal'])
      if (existsSync(join(from, `handfast.db${suffix}`))) copyFileSync(join(from, `handfast.db${suffix}`), file + suffix)
    return { place: { kind, file }, folder, facts, remove: async () => removeFolder() }
  }
  const name = nextName()
  const admin = inject('postgresUrl')
  await asAdmin(admin, `create database ${name} template ${database} strategy file_copy`)
  const remove = async () => {
    removeFolder()
    await asAdmin(admin, `drop database if exists ${name} with (force)`)
  }
  return { place: { kind, url: namedDatabase(admin, name) }, folder, facts, remove }
}
