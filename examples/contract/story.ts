import { join } from 'node:path'
import type { AgreementView, ConnectorDetail, CreatedToken, DirectoryDetail, Removal } from '@handfast/contract'
import { Assistant, refusalOf, wordsOf } from '../demo/assistant.ts'
import { callsThatReached, tomorrowEvening } from '../demo/book.ts'
import { ExampleProcess } from '../demo/example-process.ts'
import { Person } from '../demo/person.ts'
import { acceptsTheTerms, approvesRelease, declared, enables, submits } from '../demo/publish.ts'
import type { Stage, Standing, Teller } from '../demo/stage.ts'
import { expect, StorySteps } from '../demo/story-steps.ts'
import { changesTheTerms } from './change-of-terms.ts'
import { Clock, DAY, dayOf, eventually } from './clock.ts'
import { sunsetOf } from './headers.ts'

/**
 * Plays the whole life of a connector, on a clock that is moved by hand: accepted terms, a review, a tool that drifts, terms that change and are
 * accepted by silence, a notice of thirty days, the minute of the end, and what is left of it. Each step checks its own answer; the first one that does
 * not come true ends the story.
 */
export async function tellStory(stage: Stage, tell: Teller): Promise<Standing> {
  const story = new StorySteps(tell, stage.signal)
  const open = new AsyncDisposableStack()
  const people: Person[] = []
  let token: string | null = null
  let ledger = { verified: false, size: 0 }
  try {
    await wholeStory()
  } catch {
    // The step that failed has told why.
  }
  return {
    told: { ok: story.ok && ledger.verified, steps: story.steps, ledger, people, token },
    // What ended in this story has ended for good.
    reopen: async () => {},
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }

  async function wholeStory(): Promise<void> {
    const restaurant = await story.step('a restaurant opens, a process of its own', async () => {
      const one = open.use(await ExampleProcess.start('restaurant', join(stage.folder, 'restaurant.sqlite')))
      return [`${one.url} (process ${one.pid})`, one] as const
    })

    const { url, welcome } = await story.step('Handfast starts on an empty database, with a clock that can be moved', async () => {
      const started = await stage.startHandfast([{ name: 'the restaurant', host: '127.0.0.1', ports: [Number(new URL(restaurant.url).port)] }])
      return [started.url, started] as const
    })

    const olga = new Person(url, 'Olga', 'operator')
    const dara = new Person(url, 'Dara', 'developer')
    const remy = new Person(url, 'Remy', 'reviewer')
    const alice = new Person(url, 'Alice', 'user')
    const clock = new Clock(olga, [olga, dara, remy, alice])
    await story.step('the operator opens the one-time link and invites a developer, a reviewer and a user', async () => {
      await olga.becomesOperator(welcome)
      await olga.invites(dara, ['user', 'developer'])
      await olga.invites(remy, ['user', 'reviewer'])
      await olga.invites(alice, ['user'])
      people.push(olga, dara, remy, alice)
      return [people.map(({ name, part }) => `${name}: ${part}`).join(', '), undefined] as const
    })

    const heron = await declared('restaurant', restaurant.url)
    const path = `/api/v1/connectors/${heron.slug}`
    const agreement = () => dara.get<AgreementView>(`${path}/agreement`)
    const organisation = await story.step('the developer accepts the terms: the agreement can begin', async () => {
      const { id, documents } = await acceptsTheTerms(dara, 'Fennick Harbour Trust')
      return [`${documents} documents, each by its digest`, id] as const
    })

    const submitted = await story.step('the developer submits a release, and the automated review says what it found', async () => {
      const one = await submits(dara, organisation, heron)
      const { state, since } = await agreement()
      expect(state === 'in-force', `The agreement is ${state}.`)
      const found = one.findings.map(({ severity, rule }) => `${rule} ${severity}`)
      return [`${one.tools} tools; found: ${found.join(', ') || 'nothing'}; the agreement is in force since ${dayOf(since)}`, one] as const
    })

    await story.step('the reviewer approves exactly that digest, and the connector is live', async () => {
      const digest = await approvesRelease(remy, heron.slug, submitted)
      const { status } = await alice.get<ConnectorDetail>(path)
      expect(status === 'live', `It is ${status}.`)
      return [`digest ${digest.slice(0, 12)}`, undefined] as const
    })

    token = await story.step('a user reads the privacy notice, enables it, and lets an assistant in', async () => {
      const { receives } = await enables(alice, heron.slug)
      const { secret } = await alice.post<CreatedToken>('/api/v1/tokens', { name: 'for the story', assistant: 'Demo assistant' })
      return [`it receives ${receives.length} things`, secret] as const
    })
    const bearer = token
    // Each time anew: no connection lasts as long as an agreement.
    const asks = async () => {
      await using assistant = await Assistant.connect(`${url}/mcp`, bearer, 'modern')
      return await assistant.call('heron_find_tables', { ...tomorrowEvening(), party_size: 2 })
    }
    const lists = async () => {
      await using assistant = await Assistant.connect(`${url}/mcp`, bearer, 'modern')
      return await assistant.tools()
    }
    await story.step('the assistant finds a table', async () => {
      const answer = await asks()
      expect(answer.isError !== true, wordsOf(answer))
      return [wordsOf(answer).replaceAll(/\s+/g, ' ').slice(0, 100), undefined] as const
    })

    await story.step('a tool is not what was reviewed any more: it is paused, and neither listed nor called', async () => {
      await remy.post(`${path}/pause`, { tool: 'find_tables', ground: 'drift', reason: 'Its description changed since the review.' })
      const before = await callsThatReached(restaurant)
      const answer = await asks()
      const tools = await lists()
      expect(refusalOf(answer) === 'lifecycle/tool-paused', `The answer is ${wordsOf(answer)}`)
      expect(!tools.includes('heron_find_tables') && tools.includes('heron_book_table'), `The tools are ${tools.join(', ')}.`)
      expect((await callsThatReached(restaurant)) === before, 'A call to a paused tool reached the restaurant.')
      return [wordsOf(answer), undefined] as const
    })

    await story.step('it was put right, and the reviewer lifts the pause', async () => {
      await remy.post(`${path}/resume`, { tool: 'find_tables', ground: 'remedied', reason: 'It reads as it was reviewed again.' })
      const answer = await asks()
      expect(answer.isError !== true, wordsOf(answer))
      return ['the next call works', undefined] as const
    })

    await changesTheTerms(story, { operator: olga, developer: dara, clock, slug: heron.slug })

    const endsAt = await story.step('the developer ends the agreement, with thirty days of notice and not an hour less', async () => {
      await clock.moves(DAY)
      const early = new Date((await clock.now()) + 30 * DAY - 3_600_000).toISOString()
      const refused = await dara.post(`${path}/notice`, { reason: 'We close.', endsAt: early }).catch((error: { code?: string }) => error.code)
      expect(refused === 'lifecycle/time', `A notice of less than thirty days was answered with ${String(refused)}.`)
      const given = await dara.post<AgreementView>(`${path}/notice`, { reason: 'We close the kitchen for good.', ground: 'discontinued' })
      expect(given.state === 'notice-given' && given.endsAt !== null, `The agreement is ${given.state}.`)
      return [`it ends on ${dayOf(given.endsAt)}`, Date.parse(given.endsAt)] as const
    })

    await story.step('users see the countdown, and assistants read it in headers', async () => {
      const { status, endsAt: shown } = await alice.get<DirectoryDetail>(`/api/v1/directory/${heron.slug}`)
      expect(status === 'ending' && shown !== null && Date.parse(shown) === endsAt, `The user sees ${status}, ${shown}.`)
      const { sunset, deprecation } = await sunsetOf(`${url}/api/v1/tools?connector=${heron.slug}`, bearer)
      expect(sunset !== null && Math.abs(Date.parse(sunset) - endsAt) < 1_000, `Sunset is ${sunset}.`)
      return [`Sunset: ${sunset}; Deprecation: ${deprecation}`, undefined] as const
    })

    await story.step('on day 29, and in the last second of day 30, calls work', async () => {
      await clock.moves(29 * DAY)
      const day29 = await asks()
      await clock.movesTo(endsAt - 1_000)
      const last = await asks()
      for (const answer of [day29, last]) expect(answer.isError !== true, wordsOf(answer))
      return [`the last answer came at ${new Date(endsAt - 1_000).toISOString()}`, undefined] as const
    })

    await story.step('one second later it is over: the call is refused and never reaches the restaurant', async () => {
      const before = await callsThatReached(restaurant)
      await clock.movesTo(endsAt)
      const answer = await asks()
      expect(refusalOf(answer) === 'gateway/connector-unavailable', `The answer is ${wordsOf(answer)}`)
      expect((await callsThatReached(restaurant)) === before, 'A call after the end reached the restaurant.')
      return [wordsOf(answer), undefined] as const
    })

    await story.step('what is left is a tombstone, a line in the list of removals, and the history of the user', async () => {
      const { tombstone } = await alice.get<ConnectorDetail>(path)
      expect(tombstone !== null && Date.parse(tombstone.since) === endsAt, 'There is no tombstone.')
      const removals = () => alice.get<{ readonly items: readonly Removal[] }>('/api/v1/removals')
      await eventually(removals, ({ items }) => items.some(({ slug }) => slug === heron.slug), 'The list of removals lacks it.')
      const { items } = await alice.get<{ readonly items: readonly { readonly connector: string; readonly state: string }[] }>('/api/v1/calls')
      expect(
        items.some(({ connector, state }) => connector === heron.slug && state === 'answered'),
        'The history is gone.',
      )
      return [`${tombstone.why} ${items.length} calls stay in the history`, undefined] as const
    })

    await story.step('forty days later everything that had to be deleted is, with a certificate for each', async () => {
      await clock.moves(40 * DAY)
      const { deletions } = await eventually(
        agreement,
        (seen) => seen.deletions.every(({ doneAt }) => doneAt !== null),
        'Not everything was deleted.',
      )
      return [deletions.map(({ deletes, doneAt }) => `${deletes} ${dayOf(doneAt ?? 0)}`).join(', '), undefined] as const
    })

    await story.step('the agreement is read to its end: what was decided, what ended it, and what lives on', async () => {
      const { state, decisions, survives, endedBy } = await agreement()
      const notice = decisions.find(({ id }) => id === endedBy)
      expect(state === 'ended' && notice?.kind === 'give-notice' && survives.length > 0, `The agreement is ${state}.`)
      return [`${decisions.length} decisions; ${survives.map(({ clause }) => clause).join(', ')} live on`, undefined] as const
    })

    ledger = await story.step('the ledger is exported, and the stand-alone verifier agrees with every entry', async () => {
      const { verified, size, findings } = await stage.verifyLedger()
      expect(verified, findings.join(' '))
      return [`${size} entries`, { verified, size }] as const
    })
  }
}
