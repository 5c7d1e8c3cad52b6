import type { Kysely } from 'kysely'
import { DAY, HOUR } from '../lib/index.ts'
import type { Handlers } from '../schedule/index.ts'
import { type Schema, type Write, write } from '../storage/index.ts'

/** What ended so long ago is of no use to anybody: until then, a person can be told that it ended, and not only that it is unknown. */
const KEPT = 30 * DAY

/** Takes away sessions and one-time links that ended long ago, answers to keyed requests, steps and counts of attempts whose time is over. */
export function peopleHandlers(db: Kysely<Schema>): Handlers {
  return { 'people.sweep': { every: HOUR, work: async ({ now }) => ({ writes: sweeping(db, now) }) } }
}

function sweeping(db: Kysely<Schema>, now: number): readonly Write[] {
  const before = now - KEPT
  return [
    write(db.deleteFrom('web_sessions').where((eb) => eb.or([eb('expires_at', '<', before), eb('ended_at', '<', before)]))),
    write(db.deleteFrom('one_time_links').where((eb) => eb.or([eb('expires_at', '<', before), eb('used_at', '<', before)]))),
    write(db.deleteFrom('page_links').where('expires_at', '<', now - DAY)),
    write(db.deleteFrom('idempotency_keys').where('expires_at', '<=', now)),
    write(db.deleteFrom('spent_steps').where('expires_at', '<=', now)),
    write(db.deleteFrom('attempt_counts').where('until_at', '<=', now)),
  ]
}
