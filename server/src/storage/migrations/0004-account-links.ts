import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'

/** Accounts that people linked. */
export async function up(_db: Kysely<unknown>, _dialect: Dialect): Promise<void> {}
