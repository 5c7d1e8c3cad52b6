import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'

/** What a consent remembers. */
export async function up(_db: Kysely<unknown>, _dialect: Dialect): Promise<void> {}
