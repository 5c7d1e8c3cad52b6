import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { type Dialect, postgresDialect, sqliteDialect } from './dialect.ts'
import * as first from './migrations/0001-the-first-house.ts'
import * as people from './migrations/0002-people.ts'
import * as authorizationServer from './migrations/0003-authorization-server.ts'
import * as accountLinks from './migrations/0004-account-links.ts'
import * as policies from './migrations/0005-policies.ts'
import * as consent from './migrations/0006-consent.ts'
import * as actions from './migrations/0007-actions.ts'
import * as keys from './migrations/0008-keys.ts'
import * as assertedUsers from './migrations/0009-asserted-users.ts'
import * as conversations from './migrations/0010-conversations.ts'
import * as terms from './migrations/0011-terms.ts'
import * as developers from './migrations/0012-developers.ts'
import * as review from './migrations/0013-review.ts'
import * as lifecycle from './migrations/0014-lifecycle.ts'
import * as notices from './migrations/0015-notices.ts'
import * as incidents from './migrations/0016-incidents.ts'
import * as oneOfEach from './migrations/0017-one-of-each.ts'
import * as oneAtATime from './migrations/0018-one-at-a-time.ts'
import * as oneReply from './migrations/0019-one-reply.ts'
import * as cannotLook from './migrations/0020-cannot-look.ts'
import { lockFile } from './sqlite/lock.ts'
import { StorageFault } from './storage.ts'

/** Where the data lives. */
export type Place = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string }

/** Numbered, never edited; each works while the previous release is still running. */
function migrations(dialect: Dialect): Record<string, Migration> {
  const steps = {
    '0001-the-first-house': first,
    '0002-people': people,
    '0003-authorization-server': authorizationServer,
    '0004-account-links': accountLinks,
    '0005-policies': policies,
    '0006-consent': consent,
    '0007-actions': actions,
    '0008-keys': keys,
    '0009-asserted-users': assertedUsers,
    '0010-conversations': conversations,
    '0011-terms': terms,
    '0012-developers': developers,
    '0013-review': review,
    '0014-lifecycle': lifecycle,
    '0015-notices': notices,
    '0016-incidents': incidents,
    '0017-one-of-each': oneOfEach,
    '0018-one-at-a-time': oneAtATime,
    '0019-one-reply': oneReply,
    '0020-cannot-look': cannotLook,
  }
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, { up: (db: Kysely<unknown>) => step.up(db, dialect) }]))
}

/** Migrations that this release has and a database with these lacks. */
export function lackingMigrations(applied: readonly string[]): readonly string[] {
  return Object.keys(migrations(sqliteDialect)).filter((name) => !applied.includes(name))
}

/**
 * Brings the database to the schema of this release. Forward only; running it again does nothing.
 * @returns the names of the migrations that were applied
 * @throws DatabaseInUseError when another process holds the SQLite file
 */
export async function migrate(place: Place): Promise<readonly string[]> {
  if (place.kind === 'sqlite') {
    mkdirSync(dirname(place.file), { recursive: true, mode: 0o700 })
    const unlock = lockFile(`${place.file}.lock`)
    const database = new Database(place.file)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    try {
      return await run(new Kysely({ dialect: new SqliteDialect({ database }) }), sqliteDialect)
    } finally {
      unlock()
    }
  }
  const { createPool } = await import('./postgres/open.ts')
  return await run(new Kysely({ dialect: new PostgresDialect({ pool: createPool(place.url, 2) }) }), postgresDialect)
}

async function run(db: Kysely<unknown>, dialect: Dialect): Promise<readonly string[]> {
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(dialect) } })
    const { error, results } = await migrator.migrateToLatest()
    if (error !== undefined) throw new StorageFault(`The database could not be brought up to date: ${(error as Error).message}`, { cause: error })
    return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
  } finally {
    await db.destroy()
  }
}
