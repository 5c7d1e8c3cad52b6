import { receipt, receiptInPath } from '@handfast/contract'
import { ConnectorNotFoundError } from '../../../directory/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import { type AnyEndpoint, endpoint } from '../endpoint.ts'
import { session } from '../policy.ts'
import { noticeOf } from './connector-views.ts'
import type { UserRooms } from './rooms.ts'

/** What people agreed to, to take along and to check. */
export function receiptEndpoints({ directory, choices, people, ledger, notices }: UserRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/directory/{slug}/receipts/{id}',
      summary: 'What you agreed to when you enabled a connector, with its proof from the ledger',
      policy: session(),
      hosted: true,
      ledger: { none: 'reading' },
      input: receiptInPath,
      output: receipt,
      handle: async ({ slug, id }, { user, workspace }) => {
        const standing = await directory.bySlug(workspace, slug)
        const found = (await choices.receipts({ user, workspace }, standing.connector)).find((one) => one.id === id)
        if (found === undefined) throw new ConnectorNotFoundError()
        const { name } = await people.account(user)
        const read = (JSON.parse(found.text) as { privacyNotice: { read: { language: string; sha256: string } } }).privacyNotice.read
        const now = noticeOf(standing).texts.find(({ sha256 }) => sha256 === read.sha256)?.text
        const text = now ?? (await notices.text(standing.workspace, read.sha256))
        return {
          text: found.text,
          sha256: found.sha256,
          person: { id: user, name },
          notice: text === undefined ? null : { language: read.language, text, sha256: read.sha256 },
          at: rfc3339(found.at),
          endedAt: found.endedAt === null ? null : rfc3339(found.endedAt),
          ledger: await proofOf(ledger, workspace, standing.connector, id, found.at),
        }
      },
    }),
  ]
}

/** The entry of one enablement, among those about its connector. */
async function proofOf(ledger: UserRooms['ledger'], workspace: string, connector: string, enablement: string, at: number) {
  const rows = await ledger.page({ workspace, subject: connector, event: 'connector.enabled', at, limit: 200 })
  const row = rows.find(({ body }) => (JSON.parse(body) as { enablement?: unknown }).enablement === enablement)
  if (row === undefined) return null
  const [{ checkpoint, entries }, verifierKey] = await Promise.all([ledger.inclusionOf(connector, row.position - 1, 1), ledger.verifierKey()])
  const entry = entries.find(({ body }) => body === row.body)
  return { body: row.body, leafIndex: entry?.leafIndex ?? null, proof: entry?.proof ?? null, checkpoint, verifierKey }
}
