import { describe, expect, it } from 'vitest'
import { databases } from '../../test/databases.ts'
import { openProvider } from '../../test/oauth-provider.ts'
import { protectedConnector } from '../../test/protected-connector.ts'
import { type Inhabitant, Town } from '../../test/town.ts'
import { type Linkable, linkable } from './account.ts'

const oauth2 = { type: 'oauth2' } as const
const canOpenPages = { capabilities: { elicitation: { url: {} } } }

async function about(town: Town, slug: string): Promise<Linkable> {
  const standing = await town.app.rooms.directory.bySlug(town.app.workspace, slug)
  if (standing.release === null) throw new Error('no release')
  return linkable(standing, standing.release)
}

function browser(town: Town, who: Inhabitant) {
  return { ...town.person(who), session: `session of ${who.name}` }
}

/** The person opens the page, signs in at the provider and comes back. */
async function signsIn(
  town: Town,
  who: Inhabitant,
  slug: string,
  provider: Awaited<ReturnType<typeof openProvider>>,
  wish: { page?: string; link?: string; chooseAccount?: boolean } = {},
) {
  const { linking } = town.app.rooms.links
  const { url } = await linking.beginSignIn(browser(town, who), await about(town, slug), { chooseAccount: false, ...wish })
  const back = await provider.visit(url)
  return linking.finishSignIn(browser(town, who), Object.fromEntries(back.searchParams) as { state: string }, back.pathname, async () =>
    about(town, slug),
  )
}

describe.each(databases)('an account that people sign in to, on $name', (kind) => {
  it('is asked for by the first call, linked on a page, and used by the call that is made again', async () => {
    await using provider = await openProvider({ registration: true, rotates: true })
    await using notes = await protectedConnector(provider)
    await using town = await Town.open(kind)
    await town.publishes('notes', notes.url, { credential: oauth2 })
    notes.open = false
    await town.enables(town.alice, 'notes')

    const asked = await town.alice.mcp.call('notes_read_notes', {}, canOpenPages)
    const { url } = Object.values(asked.body.result.inputRequests as Record<string, { params: { url: string } }>)[0]?.params ?? { url: '' }
    const page = new URL(url).pathname.split('/').at(-1) ?? ''
    const { account } = await signsIn(town, town.alice, 'notes', provider, { page })
    const answer = await town.alice.mcp.call('notes_read_notes', {}, canOpenPages)

    expect(asked.body.result.resultType).toBe('input_required')
    expect(account).toMatchObject({ identity: { name: 'ana@example.org' }, state: 'good', isDefault: true })
    expect(answer.body.result.content[0].text).toBe('read_notes for ana@example.org')
    expect(notes.acted).toEqual([{ tool: 'read_notes', account: 'ana@example.org' }])
    expect(provider.tokenRequests.map((request) => request.get('resource'))).toEqual([notes.url])
  })
})
