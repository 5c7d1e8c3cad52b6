import {
  answerLetter,
  changeLetter,
  type LetterDetail,
  type LetterView,
  letter,
  letterDetail,
  letterInPath,
  lettersQuery,
  pageOf,
  receivedLetter,
  recordLetter,
  writeLetter,
  writeLetterFromOutside,
} from '@handfast/contract'
import { z } from 'zod'
import { type DeveloperId, rfc3339, type UserId } from '../../../lib/index.ts'
import type { LetterAnswer, OperatorLetter } from '../../../notices/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { everybody, operator, session } from '../policy.ts'
import type { NoticeRooms } from './notice-views.ts'

/** Notices to the operator: written here, or written down by an operator (clause 7b-notices). */
export function operatorInboxEndpoints({ notifying, developers, people }: NoticeRooms): readonly AnyEndpoint[] {
  const { operatorInbox } = notifying
  const receipt = ({ id, receivedAt, sha256 }: OperatorLetter) => ({ id: id as LetterView['id'], receivedAt: rfc3339(receivedAt), sha256 })
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/letters',
      summary: 'Write a notice to the operator; it is received, and so served, at that moment',
      policy: session(),
      ledger: 'letter.received',
      input: writeLetter,
      output: receivedLetter,
      status: 201,
      handle: async ({ subject, body, developer }, { user, workspace }) => {
        const { name, email } = await people.account(user)
        const person = { user, workspace, name, address: email }
        if (developer !== undefined) await developers.requireMember(workspace, developer as DeveloperId, user)
        const from =
          developer === undefined
            ? ({ kind: 'user', ...person } as const)
            : ({ kind: 'developer', developer: developer as DeveloperId, ...person } as const)
        return receipt(await operatorInbox.receive({ workspace: people.workspace, channel: 'form', from, subject, body, by: user }))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/letters/from-outside',
      summary: 'Write a notice to the operator without an account',
      policy: everybody('the terms let anybody write to the operator; a few an hour from each network'),
      ledger: 'letter.received',
      input: writeLetterFromOutside,
      output: receivedLetter,
      status: 201,
      keepsAnswer: false,
      handle: async ({ subject, body, name, email }, { address }) => {
        operatorInbox.allowStranger(address)
        const from = { kind: 'outsider', name, address: email } as const
        return receipt(await operatorInbox.receive({ workspace: people.workspace, channel: 'form', from, subject, body, by: 'outsider' }))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/letters/mine',
      summary: 'What you wrote to the operator, newest first',
      policy: session(),
      ledger: { none: 'reading' },
      input: lettersQuery.omit({ state: true }),
      output: pageOf(letter),
      handle: async (input, { user, workspace }, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => operatorInbox.from(workspace, user, { after, limit }),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(view) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/letters/mine/{id}',
      summary: 'Something that you wrote to the operator, with the answers',
      policy: session(),
      ledger: { none: 'reading' },
      input: letterInPath,
      output: letterDetail,
      handle: async ({ id }, { user, workspace }) => detail(await operatorInbox.own(workspace, user, id)),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/letters',
      summary: 'Notices to the operator, newest first',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: lettersQuery,
      output: pageOf(letter),
      handle: async (input, { workspace }, exchange) => {
        const page = await paged(
          input,
          exchange,
          (after, limit) => operatorInbox.list(workspace, { after, limit, state: input.state }),
          (item) => item.id,
        )
        return { ...page, items: page.items.map(view) }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/letters/recorded',
      summary: 'Write down a notice that came by post or e-mail, with the date on which it arrived',
      policy: operator,
      ledger: 'letter.received',
      input: recordLetter,
      output: receivedLetter,
      status: 201,
      handle: async ({ subject, body, channel, name, address, receivedAt }, { user, workspace }) => {
        const from = { kind: 'outsider', name, address } as const
        return receipt(await operatorInbox.receive({ workspace, channel, from, subject, body, receivedAt: Date.parse(receivedAt), by: user }))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/letters/{id}',
      summary: 'A notice to the operator, with the answers',
      policy: session('operator', 'auditor'),
      ledger: { none: 'reading' },
      input: letterInPath,
      output: letterDetail,
      handle: async ({ id }, { workspace }) => detail(await operatorInbox.get(workspace, id)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/letters/{id}',
      summary: 'Take a notice to the operator in hand, give it to somebody, or close it',
      policy: operator,
      ledger: 'letter.changed',
      input: changeLetter,
      output: letterDetail,
      handle: async ({ id, state, assignedTo }, { workspace, user }) => {
        const to = typeof assignedTo === 'string' ? (await people.account(assignedTo as UserId)).id : assignedTo
        await operatorInbox.change(workspace, id, { state, assignedTo: to }, user)
        return detail(await operatorInbox.get(workspace, id))
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/letters/{id}/answer',
      summary: 'Answer whoever wrote, by a notice to them',
      policy: operator,
      ledger: 'letter.changed',
      input: answerLetter,
      output: z.void(),
      handle: async ({ id, text }, { workspace, user }) => operatorInbox.answer(workspace, id, text, user),
    }),
  ]
}

function view({ id, channel, from, subject, body, sha256, receivedAt, recordedAt, state, assignedTo }: OperatorLetter): LetterView {
  return {
    id: id as LetterView['id'],
    channel,
    from: {
      kind: from.kind,
      name: from.name,
      address: from.address,
      user: from.kind === 'outsider' ? null : (from.user as LetterView['from']['user']),
      developer: from.kind === 'developer' ? (from.developer as LetterView['from']['developer']) : null,
    },
    subject,
    body,
    sha256,
    receivedAt: rfc3339(receivedAt),
    recordedAt: rfc3339(recordedAt),
    state,
    assignedTo: assignedTo as LetterView['assignedTo'],
  }
}

function detail(one: OperatorLetter & { readonly answers: readonly LetterAnswer[] }): LetterDetail {
  return { ...view(one), answers: one.answers.map(({ body, at }) => ({ text: body, at: rfc3339(at) })) }
}
