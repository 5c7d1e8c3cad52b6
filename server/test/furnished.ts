import { DAY } from '../src/lib/index.ts'
import { write } from '../src/storage/index.ts'
import type { ApiFuzzer } from './api-fuzzer.ts'
import { Furnishing } from './furnishing.ts'
import { publishes, runs, uses } from './furnishings.ts'
import { lets } from './granted.ts'
import type { Town } from './town.ts'
import { rules } from './workspaces.ts'

/** Lists that tell of what is there, by whom they concern. */
const looks = {
  user: ['/notices', '/me/accounts', '/approvals', '/grants', '/tokens', '/sessions', '/connectors', '/directory', '/calls'],
  developer: ['/notices', '/developers', '/transfers', '/connectors', '/directory'],
  operator: ['/notices/sent', '/notices/tasks', '/letters', '/users', '/jobs?state=dead', '/keys', '/review/appeals', '/decisions'],
}

/**
 * Puts things into a town by its API, as those whom they concern: what an operation is about is there then, and the fuzzer has heard of it.
 * @param url of a connector
 * @param round names what is made, so that it can be done again once much of it is gone
 */
export async function furnish(town: Town, fuzzer: ApiFuzzer, url: string, round = 1): Promise<void> {
  fuzzer.made.forgets()
  fuzzer.callers.change()
  const furnishing = new Furnishing(fuzzer, url, round, () => town.clock.now())
  if (round > 1) {
    // What was to come is in force by then.
    town.clock.advance(50 * DAY)
    await town.app.jobs.runDue()
    await furnishing.withdrawsChanges()
    // Rules of a round before may keep everybody from what comes now.
    await rules(town, town.app.workspace, {})
  }
  await publishes(furnishing)
  await uses(furnishing)
  await runs(furnishing, town.app.workspace)
  await lets(town, { ...town.alice, user: await fuzzer.callers.userOf('session of user') })
  await town.app.jobs.runDue()
  await givesOneUp(town)
  for (const [role, paths] of Object.entries(looks)) for (const path of paths) await furnishing.does(`session of ${role}`, 'GET', path)
}

/** Something that was to be done has been tried often enough. */
async function givesOneUp({ app: { storage }, clock }: Town): Promise<void> {
  const open = storage.db.selectFrom('deadlines').select('id').where('done_at', 'is', null).where('dead_at', 'is', null)
  const { id } = await open.executeTakeFirstOrThrow()
  await storage.write([write(storage.db.updateTable('deadlines').set({ dead_at: clock.now() }).where('id', '=', id))])
}
