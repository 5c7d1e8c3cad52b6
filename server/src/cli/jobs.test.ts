import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { handfast, temporaryFolder } from '../../test/command.ts'

describe('handfast jobs', { timeout: 120_000 }, () => {
  it('shows what was given up, which doctor complains about, and tries it again', async () => {
    using folder = temporaryFolder()
    const place = { HANDFAST_DATA: folder.path }
    await handfast(['user', 'create', 'olga@example.org'], place)
    const id = `ddl_${'0'.repeat(32)}`
    const db = new Database(folder.in('handfast.db'))
    const { workspace } = db.prepare('select workspace_id as workspace from users').get() as { readonly workspace: string }
    db.prepare(
      `insert into deadlines (id, workspace_id, kind, subject, due_at, payload, attempts, dead_at, failed)
       values (?, ?, 'no-such-kind', 'con_x', 1000, '{}', 12, 2000, 'it failed \u001b[31m')`,
    ).run(id, workspace)
    db.close()

    const dead = await handfast(['jobs', 'list', '--state', 'dead'], place)
    const sick = await handfast(['doctor', '--json'], place)
    const again = await handfast(['jobs', 'again', id, '--json'], place)
    const gone = await handfast(['jobs', 'again', id], place)
    const open = await handfast(['jobs', 'list', '--state', 'open', '--json'], place)

    expect(dead.out).toContain('no-such-kind  con_x  dead   1970-01-01T00:00:01.000Z  12')
    expect(dead.out).toContain('it failed \\u001b[31m')
    const checks = sick.json()['checks'] as readonly { check: string; state: string; message: string }[]
    expect(checks.find(({ check }) => check === 'due work')).toMatchObject({
      state: 'wrong',
      message: expect.stringContaining('no-such-kind of con_x'),
    })
    expect(again.json()).toEqual({ id, again: true })
    expect(gone.code).toBe(2)
    expect(open.json()['items']).toContainEqual(expect.objectContaining({ id, state: 'due', attempts: 0 }))
  })
})
