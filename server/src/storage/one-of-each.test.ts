import { describe, expect, it } from 'vitest'
import { backBefore } from '../../test/back-before.ts'
import { databases } from '../../test/databases.ts'
import { migrate, openStorage, type Schema, write } from './index.ts'

const FAR = 4_000_000_000_000
const of = { workspace_id: 'wsp_home', developer_id: 'dev_a' }

function contact(
  id: string,
  purpose: Schema['developer_contacts']['purpose'],
  email: string,
  change: Partial<Schema['developer_contacts']> = {},
): Schema['developer_contacts'] {
  const code = { code_hash: 'hash', code_sent_at: 20, code_expires_at: FAR, codes_sent: 1, codes_since: 20, attempts: 0 }
  const none = { verified_at: null, verified_until: null, removed_at: null }
  return { id, ...of, purpose, email, created_by: 'usr_a', created_at: 10, ...code, ...none, ...change }
}

function domain(id: string, name: string, change: Partial<Schema['developer_domains']> = {}): Schema['developer_domains'] {
  const none = { method: null, proven_at: null, checked_at: null, failures: 0, failure: null, lost_at: null, removed_at: null }
  return { id, ...of, domain: name, token: 'token', asked_by: 'usr_a', asked_at: 10, ...none, ...change }
}

function transfer(id: string, connector: string, change: Partial<Schema['transfers']> = {}): Schema['transfers'] {
  const asked = { to_developer_id: 'dev_b', new_control: null, reason: 'It is sold.', asked_by: 'usr_a', asked_at: 10, expires_at: FAR }
  const open = { acceptance_id: null, accepted_by: null, accepted_at: null, decision: null, writing: null, decided_by: null, decided_at: null }
  return { id, ...of, kind: 'connector', connector_id: connector, ...asked, ...open, ended_by: null, ended_at: null, ...change }
}

const accepted = { acceptance_id: 'acc_a', accepted_by: 'usr_b', accepted_at: 30 }

describe.each(databases)('a database in which two came at the same moment, on $name', (kind) => {
  it('keeps what somebody proved or accepted, or else the first, and the dates of the other agree', async () => {
    await using database = await kind.open()
    const before = await openStorage(database.place, { nodeId: 'node_before' })
    const { db } = before
    const deadline = { workspace_id: of.workspace_id, kind: 'developers.expire-transfer', subject: 'trf_5', due_at: 40, payload: '{}', attempts: 0 }
    const open = { lease: null, leased_until: null, not_before: null, done_at: null, dead_at: null, failed: null }
    await before.write([
      ...backBefore('0017'),
      write(
        db
          .insertInto('developer_contacts')
          .values([
            contact('dco_1', 'legal', 'Ana@heron.example', { verified_at: 30, verified_until: FAR, code_hash: null }),
            contact('dco_2', 'legal', 'ana@heron.example'),
            contact('dco_3', 'support', 'ana@heron.example'),
            contact('dco_4', 'support', 'ana@heron.example', { verified_at: 30, verified_until: FAR, code_hash: null }),
            contact('dco_5', 'security', 'ana@heron.example'),
            contact('dco_6', 'security', 'ana@heron.example', { code_sent_at: null, code_hash: null }),
          ]),
      ),
      write(
        db
          .insertInto('developer_domains')
          .values([
            domain('dom_1', 'heron.example', { proven_at: 30, checked_at: 50, method: 'dns', lost_at: 50 }),
            domain('dom_2', 'heron.example', { proven_at: 40, checked_at: 40, method: 'dns' }),
            domain('dom_3', 'heron.example'),
          ]),
      ),
      write(
        db
          .insertInto('transfers')
          .values([
            transfer('trf_1', 'con_1'),
            transfer('trf_2', 'con_1', accepted),
            transfer('trf_3', 'con_2', { ...accepted, expires_at: 40 }),
            transfer('trf_4', 'con_2'),
            transfer('trf_5', 'con_3', { expires_at: 40 }),
            transfer('trf_6', 'con_4', { expires_at: 40 }),
          ]),
      ),
      write(db.insertInto('deadlines').values({ id: 'ddl_5', ...deadline, ...open })),
    ])
    await before.close()

    const [first] = await migrate(database.place)
    const storage = await openStorage(database.place, { nodeId: 'node_after' })
    const contacts = await storage.db.selectFrom('developer_contacts').selectAll().orderBy('id').execute()
    const domains = await storage.db.selectFrom('developer_domains').selectAll().orderBy('id').execute()
    const transfers = await storage.db.selectFrom('transfers').selectAll().orderBy('id').execute()
    await storage.close()

    expect(first).toBe('0017-one-of-each')
    expect(contacts.map((one) => [one.id, one.removed_at, one.email, one.code_hash])).toEqual([
      ['dco_1', null, 'Ana@heron.example', null],
      ['dco_2', 20, '', null],
      ['dco_3', 20, '', null],
      ['dco_4', null, 'ana@heron.example', null],
      ['dco_5', null, 'ana@heron.example', 'hash'],
      ['dco_6', 10, '', null],
    ])
    expect(domains.map((one) => [one.id, one.removed_at])).toEqual([
      ['dom_1', 50],
      ['dom_2', null],
      ['dom_3', 10],
    ])
    expect(transfers.map((one) => [one.id, one.ended_at, one.ended_by])).toEqual([
      ['trf_1', 10, 'system'],
      ['trf_2', null, null],
      ['trf_3', 40, 'system'],
      ['trf_4', null, null],
      ['trf_5', null, null],
      ['trf_6', 40, 'system'],
    ])
  })
})
