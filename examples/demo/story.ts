import { join } from 'node:path'
import type { CreatedToken } from '@handfast/contract'
import { Assistant, refusalOf, wordsOf } from './assistant.ts'
import { callsThatReached, decides, firstTable, linkIn, reservationsIn, tomorrowEvening } from './book.ts'
import { ExampleProcess } from './example-process.ts'
import { Person } from './person.ts'
import { acceptsTheTerms, approvesRelease, declared, enables, submits } from './publish.ts'
import type { Stage, Standing, Teller } from './stage.ts'
import { expect, StorySteps } from './story-steps.ts'

/**
 * Tells the story of one booking: from a developer who publishes to a ledger that verifies. Each step checks its own answer; the first one that
 * does not come true ends the story. Nothing is thrown: how it went is answered.
 */
export async function tellStory(stage: Stage, tell: Teller): Promise<Standing> {
  const story = new StorySteps(tell, stage.signal)
  const open = new AsyncDisposableStack()
  const people: Person[] = []
  let token: string | null = null
  let ledger = { verified: false, size: 0 }
  let reopen = async () => {}
  try {
    await wholeStory()
  } catch {
    // The step that failed has told why.
  }
  return {
    told: { ok: story.ok && ledger.verified, steps: story.steps, ledger, people, token },
    reopen: () => reopen(),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }

  async function wholeStory(): Promise<void> {
    const [restaurant, directions] = await story.step('a restaurant and a directions API open, each a process of its own', async () => {
      const both = await Promise.all([
        ExampleProcess.start('restaurant', join(stage.folder, 'restaurant.sqlite')).then((one) => open.use(one)),
        ExampleProcess.start('directions', join(stage.folder, 'directions.sqlite')).then((one) => open.use(one)),
      ])
      return [both.map(({ url, pid }) => `${url} (process ${pid})`).join(', '), both] as const
    })

    const { url, welcome } = await story.step('Handfast starts on an empty database, with these two opened by name', async () => {
      const opened = [
        { name: 'the restaurant', host: '127.0.0.1', ports: [Number(new URL(restaurant.url).port)] },
        { name: 'the directions API', host: '127.0.0.1', ports: [Number(new URL(directions.url).port)] },
      ]
      const started = await stage.startHandfast(opened)
      return [started.url, started] as const
    })

    const olga = new Person(url, 'Olga', 'operator')
    const dara = new Person(url, 'Dara', 'developer')
    const remy = new Person(url, 'Remy', 'reviewer')
    const alice = new Person(url, 'Alice', 'user')
    await story.step('the operator opens the one-time link and invites a developer, a reviewer and a user', async () => {
      await olga.becomesOperator(welcome)
      await olga.invites(dara, ['user', 'developer'])
      await olga.invites(remy, ['user', 'reviewer'])
      await olga.invites(alice, ['user'])
      people.push(olga, dara, remy, alice)
      return [people.map(({ name, part }) => `${name}: ${part}`).join(', '), undefined] as const
    })

    const organisation = await story.step('the developer accepts the terms', async () => {
      const { id, documents } = await acceptsTheTerms(dara, 'Fennick Harbour Trust')
      return [`${documents} documents, each by its digest`, id] as const
    })

    const heron = await declared('restaurant', restaurant.url)
    const fennick = await declared('directions', directions.url)
    const submitted = await story.step('the developer submits both, and the automated review runs', async () => {
      const both = [await submits(dara, organisation, heron), await submits(dara, organisation, fennick)] as const
      const found = both.flatMap(({ findings }) => findings.map(({ severity, rule }) => `${rule} ${severity}`))
      return [`${both[0].tools} and ${both[1].tools} tools; found: ${found.length === 0 ? 'nothing' : found.join(', ')}`, both] as const
    })

    await story.step('the reviewer reads both releases and approves them', async () => {
      const digests = [await approvesRelease(remy, heron.slug, submitted[0]), await approvesRelease(remy, fennick.slug, submitted[1])]
      return [`digests ${digests.map((digest) => digest.slice(0, 12)).join(' and ')}`, undefined] as const
    })

    token = await story.step('the user reads the privacy notices, enables both, and makes a token for an assistant', async () => {
      const enabled = [await enables(alice, heron.slug), await enables(alice, fennick.slug)]
      expect(
        enabled.every(({ choice }) => choice === 'enabled'),
        'A connector was enabled and is not.',
      )
      const { secret } = await alice.post<CreatedToken>('/api/v1/tokens', { name: 'for the demo', assistant: 'Demo assistant' })
      return [enabled.map(({ name, receives }) => `${name} receives ${receives.length} things`).join(', '), secret] as const
    })
    const bearer = token

    const shown = Promise.withResolvers<{ readonly url: string; readonly done: () => void }>()
    const showPage = (page: string) => new Promise<void>((done) => shown.resolve({ url: page, done }))
    const modern = await story.step('an assistant connects with the official MCP SDK and lists the tools', async () => {
      const assistant = open.use(await Assistant.connect(`${url}/mcp`, bearer, 'modern', showPage))
      expect(assistant.revision === '2026-07-28', `The revision is ${assistant.revision}.`)
      const tools = await assistant.tools()
      expect(tools.includes('heron_book_table') && tools.includes('fennick_findRoute'), `The tools are ${tools.join(', ')}.`)
      return [`MCP ${assistant.revision}: ${tools.length} tools`, { assistant, tools }] as const
    })
    const legacy = await story.step('another one in the older era sees the same tools', async () => {
      const assistant = open.use(await Assistant.connect(`${url}/mcp`, bearer, 'legacy'))
      expect(assistant.revision === '2025-11-25', `The revision is ${assistant.revision}.`)
      const tools = await assistant.tools()
      expect(tools.join() === modern.tools.join(), `The older era lists ${tools.join(', ')}.`)
      return [`MCP ${assistant.revision}: ${tools.length} tools`, assistant] as const
    })

    const evening = tomorrowEvening()
    const table = await story.step('the assistant finds a free table', async () => {
      const free = firstTable(await modern.assistant.call('heron_find_tables', { ...evening, party_size: 2 }))
      return [`${free.id} ${free.place}, ${evening.date} at ${evening.time}`, free.id] as const
    })

    const wanted = { table, ...evening, name: 'Alice', party_size: 2 }
    const waiting = await story.step('it tries to book, and is told that a person has to approve', async () => {
      const answer = modern.assistant.call('heron_book_table', wanted)
      const page = await Promise.race([shown.promise, answer.then(wordsOf)])
      expect(typeof page !== 'string', `The call was answered without asking anybody: ${String(page)}`)
      expect((await reservationsIn(restaurant)).length === 0, 'The restaurant has a reservation that nobody approved.')
      return [page.url, { page, answer }] as const
    })

    const booked = await story.step('the user approves on that page, and the call goes on', async () => {
      const { argumentsText } = await decides(alice, waiting.page.url, true)
      waiting.page.done()
      const answer = await waiting.answer
      expect(answer.isError !== true, wordsOf(answer))
      const { booking } = answer.structuredContent as { readonly booking: { readonly id: string } }
      return [`${argumentsText.replaceAll(/\s+/g, ' ')} -> ${booking.id}`, booking.id] as const
    })

    await story.step("the booking exists in the restaurant's own database", async () => {
      const found = await reservationsIn(restaurant)
      const [one] = found
      expect(found.length === 1 && one?.id === booked && one.table_id === table && one.name === 'Alice', `It holds ${JSON.stringify(found)}.`)
      return [JSON.stringify(one), undefined] as const
    })

    const second = await story.step('a second booking with other arguments needs an approval of its own', async () => {
      const answer = await legacy.call('heron_book_table', { ...wanted, time: '21:00' })
      expect(refusalOf(answer) === 'consent/approval-needed', `The answer is ${wordsOf(answer)}`)
      return [wordsOf(answer), linkIn(wordsOf(answer))] as const
    })

    await story.step('the user says no: the second booking is refused and never reaches the restaurant', async () => {
      const before = await callsThatReached(restaurant)
      await decides(alice, second, false)
      const answer = await legacy.call('heron_book_table', { ...wanted, time: '21:00' })
      expect(refusalOf(answer) === 'consent/approval-refused', `The answer is ${wordsOf(answer)}`)
      expect((await callsThatReached(restaurant)) === before, 'A call that was refused reached the restaurant.')
      expect((await reservationsIn(restaurant)).length === 1, 'The restaurant has a second reservation.')
      return [wordsOf(answer), undefined] as const
    })

    await story.step('a plain HTTP API answers through the same gateway', async () => {
      const answer = await modern.assistant.call('fennick_findRoute', { from: 'grey-heron', to: 'station' })
      expect(answer.isError !== true && wordsOf(answer).includes('station'), wordsOf(answer))
      const arrived = await directions.rows<{ readonly line: string }>("select line from requests where method = 'findRoute'")
      expect(arrived.length === 1, `The API saw ${arrived.length} requests.`)
      return [wordsOf(answer).replaceAll(/\s+/g, ' ').slice(0, 110), undefined] as const
    })

    await story.step('the developer suspends the connector: the next call is refused and never reaches the restaurant', async () => {
      await dara.post(`/api/v1/connectors/${heron.slug}/suspend`, { reason: 'The kitchen is on fire.' })
      reopen = async () => void (await dara.post(`/api/v1/connectors/${heron.slug}/reinstate`, { reason: 'The fire is out.' }))
      const before = await callsThatReached(restaurant)
      const answers = [modern.assistant, legacy].map((assistant) => assistant.call('heron_find_tables', { ...evening, party_size: 2 }))
      for (const answer of await Promise.all(answers)) {
        expect(refusalOf(answer) === 'gateway/connector-unavailable', `The answer is ${wordsOf(answer)}`)
      }
      expect((await callsThatReached(restaurant)) === before, 'A call to a suspended connector reached the restaurant.')
      return [wordsOf(await (answers[0] as (typeof answers)[number])), undefined] as const
    })

    ledger = await story.step('the ledger is exported, and the stand-alone verifier agrees with every entry', async () => {
      const { verified, size, findings } = await stage.verifyLedger()
      expect(verified, findings.join(' '))
      return [`${size} entries`, { verified, size }] as const
    })
  }
}
