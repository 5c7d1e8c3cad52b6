import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { manifestFor, openPublishing, restaurant } from '../../test/publishing.ts'
import type { DecidedAs } from './index.ts'

describe.each(databases)('the life of a connector on $name', (kind) => {
  async function liveTown() {
    const connector = await restaurant()
    const town = await openPublishing(kind)
    const { connector: id } = await town.creates()
    await town.submits(manifestFor(connector.url))
    await town.decides(1, true)
    const { workspace, dora: by } = town
    const steering = (...decidedAs: readonly DecidedAs[]) => ({ workspace, connector: id, by, decidedAs, reason: 'a leak' })
    const dispose = async () => {
      await town[Symbol.asyncDispose]()
      await connector[Symbol.asyncDispose]()
    }
    return { ...town, id, steering, [Symbol.asyncDispose]: dispose }
  }

  it('stops at once when it is suspended, and the reason is told but not put into the ledger', async () => {
    await using town = await liveTown()
    await town.directory.standing(town.id)

    await town.lifecycle.suspend(town.steering('developer'))

    // What was in memory is gone before the call returns.
    expect(town.directory.peekStanding(town.id)).toBeUndefined()
    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'suspended', statusReason: 'a leak' })
    const last = (await town.ledger()).at(-1)
    expect(last).toMatchObject({ event: 'connector.suspended', facts: { decidedAs: ['developer'] } })
    expect(JSON.stringify(last)).not.toContain('leak')
  })

  it('goes on only when the side that stopped it says so', async () => {
    await using town = await liveTown()
    await town.lifecycle.suspend(town.steering('operator'))

    await expect(town.lifecycle.reinstate(town.steering('developer'))).rejects.toMatchObject({ code: 'lifecycle/no-change', who: 'operator' })
    await expect(town.lifecycle.suspend(town.steering('operator'))).rejects.toMatchObject({ code: 'lifecycle/no-change' })
    await town.lifecycle.reinstate(town.steering('operator'))

    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'live', statusReason: null })
    await expect(town.lifecycle.reinstate(town.steering('operator'))).rejects.toMatchObject({ code: 'lifecycle/no-change' })
  })

  it('ends with its removal: nothing is decided or handed in afterwards, and its name stays taken', async () => {
    await using town = await liveTown()

    await town.lifecycle.remove(town.steering('operator'))

    expect(await town.directory.standing(town.id)).toMatchObject({ status: 'removed', release: null })
    expect(await town.directory.catalogueOf(town.workspace, null, 10)).toEqual([])
    await expect(town.lifecycle.reinstate(town.steering('operator', 'developer'))).rejects.toMatchObject({ code: 'lifecycle/removed', status: 410 })
    await expect(town.submits(manifestFor('http://127.0.0.1:9/mcp'))).rejects.toMatchObject({ code: 'lifecycle/removed' })
    await expect(town.creates('heron')).rejects.toMatchObject({ code: 'directory/slug-taken' })
  })
})
