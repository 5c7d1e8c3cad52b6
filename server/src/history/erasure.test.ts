import { expect, it } from 'vitest'
import { openProcess } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'

/** What the erasure of a person does with each table that has rows of people. */
const treated = {
  acceptances: 'stays: the agreement of an organisation outlives its members',
  access_tokens: 'revoked, names blanked',
  account_links: 'ended; whose account it was is blanked',
  age_bands: 'deleted',
  approval_levels: 'deleted',
  approvals: 'contents are sealed under the key that is destroyed',
  calls: 'contents are sealed under the key that is destroyed',
  connect_pages: 'deleted',
  credentials: 'overwritten',
  developer_members: 'stays: an id without a name',
  enablements: 'ended; an id without a name',
  idempotency_keys: 'deleted',
  mcp_sessions: 'deleted',
  one_time_links: 'deleted',
  sign_in_attempts: 'deleted',
  standing_approvals: 'ended, conditions blanked',
  token_revocations: 'overwritten once the provider has answered, or after days',
  user_keys: 'destroyed',
  web_sessions: 'deleted',
}

it.each(databases)('erasure has an answer for every table of people on $name', async (kind) => {
  await using database = await kind.open()
  await using one = await openProcess(database.place)

  const tables = await one.storage.db.introspection.getTables()

  const ofPeople = tables.filter(({ columns }) => columns.some(({ name }) => name === 'user_id')).map(({ name }) => name)
  expect(ofPeople.sort()).toEqual(Object.keys(treated))
})
