import {
  accountInPath,
  accountList,
  askSignInPlace,
  beginSignIn,
  begunSignIn,
  changeAccount,
  connectorInPath,
  connectPage,
  connectPageInPath,
  finishedSignIn,
  finishSignIn,
  giveAccountKey,
  linkedAccount,
  signInPlace,
  unlinkedAccount,
} from '@handfast/contract'
import { z } from 'zod'
import { ConnectorNotFoundError, type ConnectorStanding } from '../../../directory/index.ts'
import type { WorkspaceId } from '../../../lib/index.ts'
import { type Linkable, linkable } from '../../../links/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { accountView, pageView, unlinkedView } from './account-views.ts'
import { isUsable } from './connector-views.ts'
import type { UserRooms } from './rooms.ts'

/** Accounts that people link at connectors: by a key, or by signing in there. What opens them goes in and never comes out. */
export function accountEndpoints(rooms: UserRooms): readonly AnyEndpoint[] {
  return [...listing(rooms), ...linking(rooms), ...keeping(rooms), ...pages(rooms)]
}

type Rooms = Pick<UserRooms, 'directory' | 'links'>

/** A connector that accounts may be linked to now. @throws ConnectorNotFoundError */
async function usable({ directory }: Rooms, workspace: WorkspaceId, slug: string): Promise<{ standing: ConnectorStanding; about: Linkable }> {
  const standing = await directory.bySlug(workspace, slug)
  if (!isUsable(standing) || standing.release === null) throw new ConnectorNotFoundError()
  return { standing, about: { ...linkable(standing, standing.release), workspace } }
}

/** The browser session that a sign-in is bound to. */
function browser({ user, workspace, session: named }: Caller) {
  if (named === null) throw new ConnectorNotFoundError()
  return { user, workspace, session: named }
}

function listing(rooms: Rooms): readonly AnyEndpoint[] {
  const { directory, links } = rooms
  const views = async (caller: Caller, slug: string | null) => {
    const accounts = await links.linked.of(caller)
    const items = await Promise.all(accounts.map(async (account) => accountView(account, await directory.standing(account.connector))))
    return { items: slug === null ? items : items.filter(({ connector }) => connector.slug === slug), nextCursor: null }
  }
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/me/accounts',
      summary: 'All accounts that you linked, with their health',
      policy: session(),
      ledger: { none: 'reading' },
      input: z.strictObject({}),
      output: accountList,
      handle: (_, caller) => views(caller, null),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/directory/{slug}/accounts',
      summary: 'Your accounts at a connector',
      policy: session(),
      hosted: true,
      ledger: { none: 'reading' },
      input: connectorInPath,
      output: accountList,
      handle: ({ slug }, caller) => views(caller, slug),
    }),
  ]
}

function linking(rooms: Rooms): readonly AnyEndpoint[] {
  const { directory, links } = rooms
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/directory/{slug}/accounts',
      summary: 'Link an account by its key; the connector is asked whether it takes it first',
      policy: session(),
      hosted: true,
      ledger: 'account.linked',
      input: giveAccountKey,
      output: linkedAccount,
      status: 201,
      keepsAnswer: false,
      handle: async ({ slug, secret, page, account, label }, caller) => {
        const { standing, about } = await usable(rooms, caller.workspace, slug)
        const place = { ...(page === undefined ? {} : { page }), ...(account === undefined ? {} : { link: account }), label }
        return accountView(await links.linking.giveKey(caller, about, secret, place), standing)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/directory/{slug}/sign-in',
      summary: 'Where you will sign in for a connector, and what you will be asked for',
      policy: session(),
      hosted: true,
      ledger: { none: 'nothing is kept' },
      input: askSignInPlace,
      output: signInPlace,
      handle: async ({ slug, page, account }, caller) => {
        const { about } = await usable(rooms, caller.workspace, slug)
        return links.linking.lookAhead(caller, about, { page, link: account })
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/directory/{slug}/sign-in',
      summary: 'Begin to sign in for a connector, in this browser; answers the address to go to',
      policy: session(),
      hosted: true,
      ledger: { none: 'nothing is linked before the return' },
      input: beginSignIn,
      output: begunSignIn,
      keepsAnswer: false,
      handle: async ({ slug, page, account, label, chooseAccount }, caller) => {
        const { about } = await usable(rooms, caller.workspace, slug)
        return links.linking.beginSignIn(browser(caller), about, { page, link: account, label, chooseAccount })
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/sign-ins/return',
      summary: 'Come back from a provider with its answer, in the browser that went',
      policy: session(),
      hosted: true,
      ledger: 'account.linked',
      input: finishSignIn,
      output: finishedSignIn,
      keepsAnswer: false,
      handle: async ({ path, ...returned }, caller) => {
        const who = browser(caller)
        const find = async (connector: ConnectorStanding['connector']) => {
          const { slug } = await directory.standing(connector)
          return (await usable(rooms, caller.workspace, slug)).about
        }
        const done = await links.linking.finishSignIn(who, returned, path, find)
        return { account: accountView(done.account, await directory.standing(done.connector)), missing: done.missing, forCall: done.page !== null }
      },
    }),
  ]
}

function keeping(rooms: Rooms): readonly AnyEndpoint[] {
  const { directory, links } = rooms
  return [
    endpoint({
      method: 'PATCH',
      path: '/api/v1/accounts/{id}',
      summary: 'Name an account of yours, or choose it for calls',
      policy: session(),
      ledger: 'account.changed',
      input: changeAccount,
      output: linkedAccount,
      handle: async ({ id, label, isDefault }, caller) => {
        const account = await links.linked.change(caller, id, { label, isDefault })
        return accountView(account, await directory.standing(account.connector))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/accounts/{id}/test',
      summary: 'Ask the connector whether it takes an account of yours',
      policy: session(),
      ledger: { none: 'its health is not a decision' },
      input: accountInPath,
      output: linkedAccount,
      keepsAnswer: false,
      handle: async ({ id }, caller) => {
        const { slug } = await directory.standing((await links.linked.one(caller, id)).connector)
        const { standing, about } = await usable(rooms, caller.workspace, slug)
        return accountView(await links.linked.test(caller, id, about), standing)
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/accounts/{id}',
      summary: 'Remove an account of yours: destroyed here, and taken back at the provider',
      policy: session(),
      ledger: 'account.unlinked',
      input: accountInPath,
      output: unlinkedAccount,
      handle: async ({ id }, caller) => unlinkedView(await links.linked.unlink(caller, id)),
    }),
  ]
}

function pages(rooms: Rooms): readonly AnyEndpoint[] {
  const { directory, links } = rooms
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/connect/{id}',
      summary: 'What a connect page is about; only for the person it was made for',
      policy: session(),
      hosted: true,
      ledger: { none: 'reading' },
      input: connectPageInPath,
      output: connectPage,
      handle: async ({ id }, caller) => {
        const page = await links.pages.get(caller, id)
        return pageView(page, await directory.standing(page.connector))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/connect/{id}/decline',
      summary: 'Say that you do not want to link an account; the call that waits is told',
      policy: session(),
      hosted: true,
      ledger: { none: 'nothing changes; the refused call is recorded' },
      input: connectPageInPath,
      output: z.void(),
      handle: ({ id }, caller) => links.pages.decline(caller, id),
    }),
  ]
}
