import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'

/** Master keys and the use of credentials. */
export async function up(_db: Kysely<unknown>, _dialect: Dialect): Promise<void> {}
