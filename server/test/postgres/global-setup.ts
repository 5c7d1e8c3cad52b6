import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { quickFolder } from '../quick-folder.ts'
import { asAdmin } from './admin.ts'
import { startPostgres } from './start.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    /** Where what databases begin as lies for all files of the run. */
    templates: string
  }
}

/** One PostgreSQL for the whole run: the one that the environment names, else our own. And one place for what databases begin as. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const templates = mkdtempSync(join(quickFolder, 'handfast-templates-'))
  project.provide('templates', templates)
  const given = process.env['HANDFAST_TEST_POSTGRES_URL']
  const own = given === undefined ? await startPostgres() : undefined
  project.provide('postgresUrl', own?.url ?? given ?? '')
  return async () => {
    if (own !== undefined) await own.stop()
    else for (const database of databasesOf(templates)) await asAdmin(given ?? '', `drop database if exists ${database}`)
    rmSync(templates, { recursive: true, force: true })
  }
}

function databasesOf(templates: string): readonly string[] {
  const files = readdirSync(templates)
    .filter((name) => name.endsWith('-postgres'))
    .map((name) => join(templates, name, 'made.json'))
  return files.filter((file) => existsSync(file)).map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { database: string }).database)
}
