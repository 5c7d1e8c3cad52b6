import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { startEcho } from '../../e2e/fixtures/echo-connector.ts'
import { personalColumns, type SealedColumn, sealedColumns } from '../src/keys/index.ts'
import { linkable } from '../src/links/index.ts'
import { type PersonalSealer, Sealing } from '../src/sealing/index.ts'
import type { Storage, Value } from '../src/storage/index.ts'
import { databases } from './databases.ts'
import { SOURCE } from './house.ts'
import { Browser, Caller, originOf } from './letting-in.ts'
import { type OAuthProvider, openProvider } from './oauth-provider.ts'
import { protectedConnector } from './protected-connector.ts'
import { Town } from './town.ts'

type Sealed = { readonly column: string; readonly row: string; readonly text: string }

/** Every sealed text in the database, with the row that it stands in. */
async function sealedTexts(storage: Storage): Promise<readonly Sealed[]> {
  const columns: readonly Pick<SealedColumn, 'table' | 'column' | 'member'>[] = [...sealedColumns, ...personalColumns]
  const found: Sealed[] = []
  for (const { table, column, member } of columns) {
    const { rows } = await sql<Record<string, Value>>`select * from ${sql.table(table)}`.execute(storage.db)
    for (const [index, row] of rows.entries()) {
      const held = String(row[column] ?? '')
      // Beside a sealed member of an object stands what is public; settings hold other things too.
      const text = (member === undefined ? /[A-Za-z0-9+/=.]{40,}/ : new RegExp(`(?<="${member}":")[^"]+`)).exec(held)?.[0]
      if (text !== undefined) found.push({ column: `${table}.${column}`, row: String(Object.values(row)[0] ?? index), text })
    }
  }
  return found
}

/** Columns that stay empty here, because what fills them needs more than one process or a provider for signing in; their rotation is tested with the others. */
const empty = ['approvals.sealed_reason', 'mcp_letters.sealed', 'web_sessions.sealed_hint']

/** Every place that the rooms seal for, as they name it: the houses' own box and that of each person. */
function hearPlaces(): { readonly places: ReadonlySet<string> } & Disposable {
  const places = new Set<string>()
  const { seal, of, peek } = Sealing.prototype
  const heard = new WeakMap<PersonalSealer, PersonalSealer>()
  const hearing = (sealer: PersonalSealer): PersonalSealer => {
    const known = heard.get(sealer) ?? {
      ...sealer,
      seal: (place: string, text: string) => {
        places.add(place)
        return sealer.seal(place, text)
      },
    }
    heard.set(sealer, known)
    return known
  }
  Sealing.prototype.seal = function (this: Sealing, place, text) {
    places.add(place)
    return seal.call(this, place, text)
  }
  Sealing.prototype.of = async function (this: Sealing, user, workspace) {
    return hearing(await of.call(this, user, workspace))
  }
  Sealing.prototype.peek = function (this: Sealing, user) {
    const sealer = peek.call(this, user)
    return sealer === undefined ? undefined : hearing(sealer)
  }
  return { places, [Symbol.dispose]: () => void Object.assign(Sealing.prototype, { seal, of, peek }) }
}

/** What goes wrong, twice: reports, complaints, feedback and holds, each with what somebody wrote to it. */
async function complain({ app: { rooms, workspace, clock }, olga, alice }: Town): Promise<void> {
  const { incidents, complaints, feedback, holds } = rooms
  const now = clock.now()
  for (const words of ['one', 'two']) {
    const about = { workspace, connector: null, developer: null, by: olga.user }
    const report = { ...about, kind: 'breach' as const, source: 'operator' as const, awareAt: now, from: null, to: null, facts: { nature: words } }
    await incidents.note(workspace, (await incidents.report(report)).id, `a note about ${words}`, olga.user)
    const complainant = { name: 'Nadia', email: 'nadia@third.example' }
    const complaint = await complaints.receive({ ...about, kind: 'abuse', call: null, explanation: words, complainant })
    await complaints.say(workspace, complaint.id, `what is said to ${words}`, olga.user)
    await feedback.give({ ...about, text: words, freelyUsable: false })
    await holds.place({ workspace, subject: alice.user, ground: 'claim', reason: words, until: now + 1_000, by: olga.user })
  }
}

/** Everything that two people can leave sealed behind them. */
async function inhabit(town: Town, echoUrl: string, provider: OAuthProvider): Promise<void> {
  const { rooms, workspace } = town.app
  const { links, directory, files, people } = rooms
  const about = async (slug: string) => {
    const standing = await directory.bySlug(workspace, slug)
    if (standing.release === null) throw new Error(`${slug} has no release`)
    return linkable(standing, standing.release)
  }
  // A release that waits has the key of a test account, and evidence of what was tried with it.
  const tests = [{ name: 'says it again', kind: 'positive' as const, tool: 'echo', arguments: { text: 'again' } }]
  for (const slug of ['three', 'four'])
    await town.handsIn(slug, echoUrl, { credential: { type: 'bearer' }, tests }, { reviewerKey: `test account of ${slug}` })
  await town.app.jobs.runDue()
  const webhook = { workspace, developer: null, kinds: [], by: town.olga.user }
  for (const path of ['one', 'two']) await rooms.notifying.webhooks.add({ ...webhook, url: `https://hooks.example/${path}` })
  await complain(town)
  for (const slug of ['one', 'two']) await town.publishes(slug, echoUrl, { credential: { type: 'bearer' } })
  for (const who of [town.alice, town.bob]) {
    const person = town.person(who)
    for (const slug of ['one', 'two', 'notes']) await town.enables(who, slug)
    for (const slug of ['one', 'two']) {
      await links.linking.giveKey(person, await about(slug), `secret of ${who.name} for ${slug}`)
      await who.mcp.call(`${slug}_echo`, { text: `hello from ${who.name}` })
      await who.mcp.call(`${slug}_note`, { text: `a note from ${who.name}` })
    }
    await files.keep(person, { name: `${who.name}.txt`, mediaType: 'text/plain', bytes: Buffer.from(`file of ${who.name}`) }, null)
    provider.account = `${who.name}@example.org`
    const browser = { ...person, session: `session of ${who.name}` }
    const leave = async () => (await links.linking.beginSignIn(browser, await about('notes'), { chooseAccount: true })).url
    const signIn = async () => {
      const back = await provider.visit(await leave())
      const given = Object.fromEntries(back.searchParams) as { state: string }
      return (await links.linking.finishSignIn(browser, given, back.pathname, () => about('notes'))).account
    }
    const { link } = await signIn()
    provider.down = true
    await links.linked.unlink(person, link)
    provider.down = false
    await signIn()
    await leave()
    const { email } = await people.account(who.user)
    const session = await people.session((await people.signIn({ email, password: 'correct horse battery' }, SOURCE)).secret)
    if (session === null) throw new Error('no session')
    await people.security.beginTotp(who.user, session)
  }
  const unsaid = { country: null, nationality: null, birthYear: null, registrationNumber: null, share: null }
  for (const { id } of await rooms.developers.list(workspace, null, 1))
    for (const name of ['Ana', 'Ben'])
      await rooms.developers.profiles.addOwner(workspace, id, { kind: 'person', name, aliases: [], ...unsaid }, town.olga.user)
  const origin = originOf(town)
  for (const name of ['Alice', 'Bob']) {
    const browser = new Browser(origin)
    await browser.signsIn(name)
    const caller = await Caller.registers(origin)
    await caller.redeems(await browser.letsIn(await caller.address({ scope: 'openid connectors:read' })))
  }
}

describe.each(databases)('sealed texts on $name', (kind) => {
  it('open nowhere but where they were sealed: whoever exchanges any two of them gains nothing', async () => {
    using heard = hearPlaces()
    await using echo = await startEcho()
    await using provider = await openProvider({ registration: true })
    await using notes = await protectedConnector(provider)
    // With a wish of its own a town begins from nothing, so that all of its sealing is heard here.
    await using town = await Town.open(kind, { settings: {} })
    await town.publishes('notes', notes.url, { credential: { type: 'oauth2' } })
    notes.open = false
    await inhabit(town, echo.url, provider)
    const { sealing } = town.app.rooms
    const texts = await sealedTexts(town.app.storage)
    const boxes = [sealing, ...(await Promise.all([town.alice, town.bob, town.olga].map(({ user }) => sealing.of(user, town.app.workspace))))]
    const opened: { place: string; text: string }[] = []

    for (const { text } of texts)
      for (const box of boxes)
        for (const place of heard.places) {
          try {
            box.open(place, text)
            opened.push({ place, text })
          } catch (error) {
            if ((error as Error).name !== 'SealBrokenError') throw error
          }
        }

    const byText = Map.groupBy(opened, ({ text }) => text)
    const byPlace = Map.groupBy(opened, ({ place }) => place)
    expect([...byText.values()].filter((each) => each.length > 1)).toEqual([])
    expect([...byPlace.values()].filter((each) => each.length > 1)).toEqual([])
    expect(texts.filter(({ text }) => !byText.has(text)).map(({ column }) => column)).toEqual([])
    const all = [...sealedColumns, ...personalColumns].map(({ table, column }) => `${table}.${column}`)
    const found = new Set(texts.map(({ column }) => column))
    expect(all.filter((column) => !found.has(column)).toSorted()).toEqual(empty)
  }, 60_000)

  it('do not open with the wrapping of another, not even at their own place', async () => {
    await using town = await Town.open(kind)
    const { sealing } = town.app.rooms
    const [one, two] = [sealing.seal('one', 'the first'), sealing.seal('two', 'the second')].map((text) => text.split('.'))
    const mixed = (wrap: readonly string[] | undefined, content: readonly string[] | undefined) => ['2', wrap?.[1], wrap?.[2], content?.[3]].join('.')

    for (const place of ['one', 'two']) for (const text of [mixed(one, two), mixed(two, one)]) expect(() => sealing.open(place, text)).toThrow()
    for (const text of [mixed(one, two), mixed(two, one)]) expect(() => sealing.rewrap(text.replace(/^2\.[0-9a-f]{8}/, '2.00000000'))).toThrow()
  })
})
