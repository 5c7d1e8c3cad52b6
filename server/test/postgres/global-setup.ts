import type { TestProject } from 'vitest/node'
import { startPostgres } from './start.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

/** One PostgreSQL for the whole run: the one that the environment names, else our own. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['HANDFAST_TEST_POSTGRES_URL']
  if (given !== undefined) {
    project.provide('postgresUrl', given)
    return undefined
  }
  const postgres = await startPostgres()
  project.provide('postgresUrl', postgres.url)
  return () => postgres.stop()
}
