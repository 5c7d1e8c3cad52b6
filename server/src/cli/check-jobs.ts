import type { Storage } from '../storage/index.ts'
import type { Checked } from './doctor.ts'

/** A server at work takes up what is due within seconds. */
const OVERDUE_MS = 10 * 60_000

/** What was given up, and what nobody takes up. */
export async function checkJobs({ db }: Storage, isServed: boolean): Promise<readonly Checked[]> {
  const check = 'due work'
  const dead = await db
    .selectFrom('deadlines')
    .select(['kind', 'subject', 'failed'])
    .where('dead_at', 'is not', null)
    .orderBy('dead_at', 'desc')
    .limit(3)
    .execute()
  const { count } = await db
    .selectFrom('deadlines')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('dead_at', 'is not', null)
    .executeTakeFirstOrThrow()
  const gaveUp: readonly Checked[] = dead.map(({ kind, subject, failed }) => ({
    check,
    state: 'wrong',
    message: `${kind} of ${subject} was given up: ${failed ?? 'nobody knows why'}`,
    fix: 'Mend the cause, then: handfast jobs list --state dead, and handfast jobs again <id>.',
  }))
  const more: readonly Checked[] =
    Number(count) > dead.length ? [{ check, state: 'note', message: `${Number(count) - dead.length} more were given up` }] : []
  const late = isServed ? await oldestOverdue(db) : undefined
  if (late !== undefined)
    return [
      ...gaveUp,
      ...more,
      {
        check,
        state: 'wrong',
        message: `${late.kind} has been due since ${new Date(late.due_at).toISOString()} and nobody takes it up`,
        fix: 'Is a process of this release running? Look for "due jobs could not be looked for" in its log.',
      },
    ]
  return dead.length > 0 ? [...gaveUp, ...more] : [{ check, state: 'good', message: 'nothing was given up, nothing is late' }]
}

function oldestOverdue(db: Storage['db']) {
  const now = Date.now()
  return db
    .selectFrom('deadlines')
    .select(['kind', 'due_at'])
    .where('done_at', 'is', null)
    .where('dead_at', 'is', null)
    .where('due_at', '<', now - OVERDUE_MS)
    .where((eb) => eb.or([eb('not_before', 'is', null), eb('not_before', '<', now - OVERDUE_MS)]))
    .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<', now)]))
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
}
