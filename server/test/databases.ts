import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { inject } from 'vitest'
import { migrate, type Place } from '../src/storage/index.ts'

/** A database of one's own, migrated, gone when disposed of. */
export type TestDatabase = AsyncDisposable & { readonly place: Place }
export type TestDatabaseKind = { readonly name: string; readonly open: () => Promise<TestDatabase> }

let template: Promise<string> | undefined
let pgTemplate: Promise<string> | undefined
let count = 0

async function openSqlite(): Promise<TestDatabase> {
  template ??= (async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'handfast-template-')), 'handfast.db')
    await migrate({ kind: 'sqlite', file })
    return file
  })()
  const folder = mkdtempSync(join(tmpdir(), 'handfast-test-'))
  const file = join(folder, 'handfast.db')
  const from = await template
  for (const suffix of ['', '-wal']) if (existsSync(from + suffix)) copyFileSync(from + suffix, file + suffix)
  return { place: { kind: 'sqlite', file }, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }) }
}

async function asAdmin(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function named(database: string): string {
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${database}`
  return url.href
}

async function openPostgres(): Promise<TestDatabase> {
  pgTemplate ??= (async () => {
    const name = `template_${process.pid}`
    await asAdmin(`drop database if exists ${name}`)
    await asAdmin(`create database ${name}`)
    await migrate({ kind: 'postgres', url: named(name) })
    return name
  })()
  const from = await pgTemplate
  const name = `test_${process.pid}_${++count}`
  await asAdmin(`create database ${name} template ${from}`)
  return { place: { kind: 'postgres', url: named(name) }, [Symbol.asyncDispose]: () => asAdmin(`drop database if exists ${name} with (force)`) }
}

/** Every test that stores something runs on both. */
export const databases: readonly TestDatabaseKind[] = [
  { name: 'sqlite', open: openSqlite },
  { name: 'postgres', open: openPostgres },
]
