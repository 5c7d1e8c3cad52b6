import { describe, expect, it } from 'vitest'
import { openProcess, type Process, somebody } from '../../test/choosing.ts'
import { databases } from '../../test/databases.ts'
import { proves } from '../../test/proves.ts'
import { type CallId, MINUTE, newId, type ReleaseId } from '../lib/index.ts'
import type { Answer, ApprovalFor } from './approval.ts'
import { ApprovalGoneError, ConditionInvalidError, LastingYesNotOfferedError, TooManyWaitingError } from './consent-errors.ts'

proves('consent/approval')

const yes: Answer = { yes: true, lasting: 'once' }
const change = { effect: 'change' } as const
const heron = newId('con')
const claude = newId('ast')

function booking(who: { readonly user: ApprovalFor['user']; readonly workspace: ApprovalFor['workspace'] }, table = 4): ApprovalFor {
  return { ...who, assistant: claude, connector: heron, release: 'rel_1' as ReleaseId, tool: 'book', arguments: { table, note: 'quiet' } }
}

/** Spends an approval many times at once, and says how each attempt ended. */
async function spend(processes: readonly Process[], approval: Parameters<Process['approvals']['spending']>[0], times: number) {
  const attempts = Array.from({ length: times }, (_, n) => {
    const process = processes[n % processes.length]
    return process?.storage.write(process.approvals.spending(approval, newId('call')))
  })
  return (await Promise.allSettled(attempts)).map((result) => (result.status === 'fulfilled' ? 'sent' : (result.reason as { code: string }).code))
}

describe.each(databases)('an approval on $name', (kind) => {
  it('is spent once, however many calls try at once', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const approval = await one.approvals.request(booking(ana))
    await one.approvals.decide(ana, approval.id, yes, change)

    const ended = await spend([one], approval, 20)

    expect(ended.filter((how) => how === 'sent')).toHaveLength(1)
    expect(ended.filter((how) => how === 'consent/approval-expired')).toHaveLength(19)
    expect(await one.traces(approval.id)).toEqual(['approval.requested', 'approval.granted', 'approval.used'])
    expect(await one.approvals.find(booking(ana))).toBeUndefined()
  })

  it('is bound to everything that could make it another call', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const asked = await one.approvals.request(booking(ana))
    await one.approvals.decide(ana, asked.id, yes, change)

    const others: readonly ApprovalFor[] = [
      { ...booking(ana), user: newId('usr') },
      { ...booking(ana), assistant: newId('ast') },
      { ...booking(ana), connector: newId('con') },
      { ...booking(ana), release: 'rel_2' as ReleaseId },
      { ...booking(ana), tool: 'cancel' },
      { ...booking(ana), arguments: { table: 5, note: 'quiet' } },
      { ...booking(ana), arguments: { table: '4', note: 'quiet' } },
      { ...booking(ana), arguments: { table: 4 } },
      { ...booking(ana), arguments: { table: 4, note: 'quiet', extra: null } },
      { ...booking(ana), arguments: { table: 4, note: 'quiet\u200b' } },
    ]

    for (const other of others) expect(await one.approvals.find(other)).toBeUndefined()
    const sameInAnotherOrder = { ...booking(ana), arguments: { note: 'quiet', table: 4 } }
    expect(await one.approvals.find(sameInAnotherOrder)).toMatchObject({ id: asked.id, state: 'approved' })
  })

  it('is a no after ten minutes, decided or not', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const waiting = await one.approvals.request(booking(ana, 1))
    const approved = await one.approvals.request(booking(ana, 2))
    await one.approvals.decide(ana, approved.id, yes, change)

    one.clock.advance(10 * MINUTE)

    await expect(one.approvals.decide(ana, waiting.id, yes, change)).rejects.toThrow(ApprovalGoneError)
    await expect(one.storage.write(one.approvals.spending(approved, newId('call')))).rejects.toThrow(ApprovalGoneError)
    expect(await one.approvals.find(booking(ana, 1))).toBeUndefined()
    expect(await one.approvals.list(ana, { open: true, limit: 10 })).toEqual([])
    expect((await one.approvals.request(booking(ana, 1))).id).not.toBe(waiting.id)
  })

  it('is decided once: of two answers at once, one counts', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const { id } = await one.approvals.request(booking(ana))

    const answers = await Promise.allSettled([one.approvals.decide(ana, id, yes, change), one.approvals.decide(ana, id, { yes: false }, change)])

    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(one.approvals.decide(ana, id, yes, change)).rejects.toThrow(ApprovalGoneError)
    expect(await one.traces(id)).toHaveLength(2)
  })

  it('leaves no lasting yes when another answer counted', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const { id } = await one.approvals.request(booking(ana))
    await one.approvals.decide(ana, id, { yes: false }, change)

    await expect(one.approvals.decide(ana, id, { yes: true, lasting: 'hour' }, change)).rejects.toThrow(ApprovalGoneError)

    expect((await one.choices.of(ana)).standing).toEqual([])
  })

  it('that was refused stays refused until its time is over, and cannot be spent', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const asked = await one.approvals.request(booking(ana))

    await one.approvals.decide(ana, asked.id, { yes: false }, change)

    expect(await one.approvals.find(booking(ana))).toMatchObject({ id: asked.id, state: 'refused' })
    expect(await one.approvals.request(booking(ana))).toMatchObject({ id: asked.id, state: 'refused' })
    await expect(one.storage.write(one.approvals.spending(asked, newId('call') as CallId))).rejects.toThrow(ApprovalGoneError)
  })

  it('cannot be seen, decided or listed by anybody else', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const [ana, ben, elsewhere] = [somebody(), somebody(), somebody('wsp_elsewhere')]
    const { id } = await one.approvals.request(booking(ana))

    for (const other of [ben, elsewhere, { ...ana, workspace: elsewhere.workspace }]) {
      expect(await one.approvals.get(other, id)).toBeUndefined()
      expect(await one.approvals.list(other, { open: false, limit: 10 })).toEqual([])
      await expect(one.approvals.decide(other, id, yes, change)).rejects.toThrow(ApprovalGoneError)
    }
    expect(await one.approvals.get(ana, id)).toMatchObject({ state: 'waiting', arguments: { table: 4, note: 'quiet' } })
  })

  it('gives no lasting yes for what destroys, nor for a tool that nobody knows', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const { id } = await one.approvals.request(booking(ana))

    for (const tool of [{ effect: 'destructive' } as const, undefined]) {
      await expect(one.approvals.decide(ana, id, { yes: true, lasting: 'hour' }, tool)).rejects.toThrow(LastingYesNotOfferedError)
      await expect(one.approvals.decide(ana, id, { yes: true, lasting: 'while', pointers: ['/table'] }, tool)).rejects.toThrow(
        LastingYesNotOfferedError,
      )
    }
    await expect(one.approvals.decide(ana, id, { yes: true, lasting: 'while', pointers: [] }, change)).rejects.toThrow(ConditionInvalidError)
    await expect(one.approvals.decide(ana, id, { yes: true, lasting: 'while', pointers: ['/none'] }, change)).rejects.toThrow(ConditionInvalidError)

    expect(await one.approvals.get(ana, id)).toMatchObject({ state: 'waiting' })
    await one.approvals.decide(ana, id, yes, { effect: 'destructive' })
    expect((await one.choices.of(ana)).standing).toEqual([])
  })

  it('is asked for once when the same call comes many times at once', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()

    const asked = await Promise.all(Array.from({ length: 20 }, () => one.approvals.request(booking(ana))))

    expect(new Set(asked.map(({ id }) => id)).size).toBe(1)
    expect(await one.approvals.list(ana, { open: true, limit: 50 })).toHaveLength(1)
  })

  it('is one of at most twenty that wait for one person and connector, also when many are asked for at once', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const [ana, ben] = [somebody(), somebody()]

    const asked = await Promise.allSettled(Array.from({ length: 30 }, (_, table) => one.approvals.request(booking(ana, table))))

    const refused = asked.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(10)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'consent/too-many-waiting', status: 429, who: 'assistant' })
    const [first] = await one.approvals.list(ana, { open: true, limit: 50 })
    await expect(one.approvals.request(booking(ana, 99))).rejects.toThrow(TooManyWaitingError)
    await one.approvals.request(booking(ben, 99))
    await one.approvals.request({ ...booking(ana, 99), connector: newId('con') })
    await one.approvals.decide(ana, first?.id ?? '', { yes: false }, change)
    await one.approvals.request(booking(ana, 99))
  })

  it('is listed a page at a time, newest first', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const ids: string[] = []
    for (let table = 0; table < 5; table++) ids.unshift((await one.approvals.request(booking(ana, table))).id)

    const first = await one.approvals.list(ana, { open: true, limit: 3 })
    const rest = await one.approvals.list(ana, { open: true, limit: 3, before: first.at(-1)?.id ?? '' })

    expect([...first, ...rest].map(({ id }) => id)).toEqual(ids)
  })
})

describe.each(databases)('a call that waits for its approval on $name', (kind) => {
  it('goes on when the person decides', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const asked = await one.approvals.request(booking(ana))

    const waited = one.approvals.wait(asked, 20_000, new AbortController().signal)
    await one.approvals.decide(ana, asked.id, yes, change)

    expect(await waited).toMatchObject({ id: asked.id, state: 'approved' })
  })

  it('does not take the question itself for an answer', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const asked = await one.approvals.request(booking(ana))
    let ended = false

    const waited = one.approvals.wait(asked, 20_000, new AbortController().signal).finally(() => {
      ended = true
    })
    const heard = new Promise<void>((resolve) => {
      one.storage.listen('approvals', (id) => id === asked.id && resolve())
    })
    one.storage.notify('approvals', asked.id)
    await heard
    // A read of its own: whatever the waiting one read when it heard this is answered by then.
    await one.approvals.get(ana, asked.id)
    const endedTooEarly = ended
    await one.approvals.decide(ana, asked.id, yes, change)

    expect(endedTooEarly).toBe(false)
    expect((await waited).state).toBe('approved')
  })

  it('stops waiting when its assistant gives up, or the time is over', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    const ana = somebody()
    const asked = await one.approvals.request(booking(ana))
    const gone = new AbortController()

    const waited = one.approvals.wait(asked, 20_000, gone.signal)
    gone.abort()

    expect((await waited).state).toBe('waiting')
    expect((await one.approvals.wait(asked, 1, new AbortController().signal)).state).toBe('waiting')
    expect((await one.approvals.wait(asked, 20_000, gone.signal)).state).toBe('waiting')
  })
})

describe.each(databases.filter(({ name }) => name === 'postgres'))('an approval between two processes on $name', (kind) => {
  it('that is decided at one lets the call at the other go on, and is spent at one of them', async () => {
    await using database = await kind.open()
    await using one = await openProcess(database.place)
    await using two = await openProcess(database.place, { nodeId: 'node_two' })
    const ana = somebody()
    const asked = await one.approvals.request(booking(ana))

    const waited = one.approvals.wait(asked, 20_000, new AbortController().signal)
    await two.approvals.decide(ana, asked.id, yes, change)

    expect((await waited).state).toBe('approved')
    expect((await spend([one, two], asked, 20)).filter((how) => how === 'sent')).toHaveLength(1)
  })
})
