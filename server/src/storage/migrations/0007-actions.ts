import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'

/** What descriptions and overlays need. */
export async function up(_db: Kysely<unknown>, _dialect: Dialect): Promise<void> {}
