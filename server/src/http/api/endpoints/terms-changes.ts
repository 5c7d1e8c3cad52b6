import {
  change,
  changeDetail,
  changeInPath,
  changePreview,
  changes,
  draftChange,
  pageQuery,
  postChange,
  previewChange,
  reviseChange,
  withdrawChange,
} from '@handfast/contract'
import { type Clock, definedOnly, rfc3339, type WorkspaceId } from '../../../lib/index.ts'
import { type Change, ChangeNotFoundError, compareTexts, moment } from '../../../terms/index.ts'
import type { Caller } from '../caller.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { paged } from '../paged.ts'
import { operator, session } from '../policy.ts'
import type { PublishingRooms } from './publishing-rooms.ts'
import { changeView } from './terms-views.ts'

/** The composer of changes (clause 7a-changes), and the list of what was posted. */
export function changeEndpoints({ terms }: PublishingRooms, { clock }: { readonly clock: Clock }): readonly AnyEndpoint[] {
  const composer = terms.changes
  const shown = async (workspace: WorkspaceId, found: Change) => {
    const base = found.base === null ? undefined : await terms.editionOf(workspace, found.document, found.base)
    const difference = compareTexts(base?.body ?? '', found.text.body)
    return { ...changeView(found, clock.now()), body: found.text.body, translations: found.translations, difference }
  }
  const seesDrafts = (roles: Caller['roles']) => roles.includes('operator') || roles.includes('auditor')
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/terms/changes',
      summary: 'Changes of the documents, newest first; drafts for operators and auditors only',
      policy: session(),
      ledger: { none: 'reading' },
      input: pageQuery,
      output: changes,
      handle: async (query, { workspace, roles }, exchange) => {
        const posted = !seesDrafts(roles)
        const load = async (before: string | null, limit: number) =>
          (await composer.page(workspace, { before, limit, posted })).map((found) => changeView(found, clock.now()))
        return paged(query, exchange, load, (one) => one.id)
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/terms/changes/{id}',
      summary: 'A change whole, with what differs from the edition that it was compared with',
      policy: session(),
      ledger: { none: 'reading' },
      input: changeInPath,
      output: changeDetail,
      handle: async ({ id }, caller) => {
        const found = await composer.get(caller.workspace, id)
        if (found.postedAt === null && !seesDrafts(caller.roles)) throw new ChangeNotFoundError()
        return shown(caller.workspace, found)
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/terms/changes',
      summary: 'Keep a new edition of a document as a draft; nobody is bound by it and nobody is told',
      policy: operator,
      ledger: 'change.drafted',
      input: draftChange,
      output: changeDetail,
      status: 201,
      mostBytes: 4_000_000,
      handle: async (input, { workspace, user }) => {
        const base = await composer.base(workspace, input.document)
        const id = await composer.draft({
          workspace,
          document: input.document,
          title: input.title ?? base?.title ?? input.document,
          language: input.language ?? base?.language ?? 'en',
          body: input.body,
          translations: input.translations ?? [],
          class: input.class ?? null,
          justification: input.justification ?? null,
          by: user,
        })
        return shown(workspace, await composer.get(workspace, id))
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/terms/changes/{id}',
      summary: 'Change a draft: its words, its class, or why it is of that class',
      policy: operator,
      ledger: 'change.drafted',
      input: reviseChange,
      output: changeDetail,
      mostBytes: 4_000_000,
      handle: async ({ id, ...revising }, { workspace, user }) => {
        await composer.revise(workspace, id, user, definedOnly(revising))
        return shown(workspace, await composer.get(workspace, id))
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/terms/changes/{id}/preview',
      summary: 'What posting a draft now would mean: its dates, which nobody can shorten, and who would be told',
      policy: operator,
      ledger: { none: 'reading' },
      input: previewChange,
      output: changePreview,
      handle: async ({ id, effectiveAt }, { workspace }) => {
        const preview = composer.preview(await composer.get(workspace, id), timeOf(effectiveAt))
        const recipients = await terms.recipients(workspace)
        return {
          postedAt: rfc3339(preview.postedAt),
          earliest: rfc3339(preview.earliest),
          effectiveAt: rfc3339(preview.effectiveAt),
          shown: moment(preview.effectiveAt),
          recipients,
        }
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/terms/changes/{id}/post',
      summary: 'Post a draft: it becomes public, developers are told, and the clock brings it into force',
      policy: operator,
      ledger: 'change.posted',
      fresh: true,
      input: postChange,
      output: change,
      handle: async ({ id, sha256, draftedAt, effectiveAt }, { workspace, user }) => {
        const posting = { sha256, draftedAt: timeOf(draftedAt), effectiveAt: timeOf(effectiveAt) }
        return changeView(await composer.post(workspace, id, user, posting), clock.now())
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/terms/changes/{id}/withdraw',
      summary: 'Take a draft back, or a posted change before its time; who was told of it is told of that',
      policy: operator,
      ledger: 'change.withdrawn',
      input: withdrawChange,
      output: change,
      handle: async ({ id, reason }, { workspace, user }) => {
        await composer.withdraw(workspace, id, user, reason)
        return changeView(await composer.get(workspace, id), clock.now())
      },
    }),
  ]
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}
