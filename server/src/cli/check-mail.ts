import { mailUse, type Settings, variableOf } from '../config/index.ts'
import { createMailer } from '../notices/index.ts'
import type { Storage } from '../storage/index.ts'
import type { Checked } from './doctor.ts'

/** Whether notices leave by mail, and whether it comes back that they arrived. */
export async function checkMail(settings: Settings, { db }: Storage): Promise<readonly Checked[]> {
  return [...(await checkServer(settings, db)), ...(await checkTasks(db))]
}

async function checkServer(settings: Settings, db: Storage['db']): Promise<readonly Checked[]> {
  const check = 'mail'
  const use = mailUse(settings)
  if (use === null) {
    const { count } = await db
      .selectFrom('notice_deliveries')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('channel', '=', 'e-mail')
      .where('state', '=', 'queued')
      .executeTakeFirstOrThrow()
    const where = settings.databaseUrl === undefined ? `as files in ${settings.data}/notices and in the console` : 'in the console'
    const message = `there is no mail server: mails are kept ${where}, and nothing is served by them; ${Number(count)} wait`
    return [{ check, state: 'note', message, fix: `Name one in ${variableOf('mailHost')}, then: handfast notice retry.` }]
  }
  const found = await createMailer(use).check()
  if ('wrong' in found) {
    const fix = `Look at ${variableOf('mailHost')}, ${variableOf('mailPort')}, ${variableOf('mailTls')} and the password.`
    return [{ check, state: 'wrong', message: `${use.host}:${use.port} takes no mail from us: ${found.wrong}`, fix }]
  }
  const good: Checked = { check, state: 'good', message: `${use.host}:${use.port} takes mail from ${use.from}` }
  return settings.mailReceipt === 'hand-over' ? [good] : [good, ...checkReports(settings, found.reports)]
}

function checkReports(settings: Settings, reports: boolean): readonly Checked[] {
  const check = 'reports about mail'
  const hasDoor = settings.mailReportToken !== undefined || settings.mailReportTokenFile !== undefined
  if (!reports) {
    const fix = `Use one that speaks DSN (RFC 3461), or, if it keeps the mailboxes itself, set ${variableOf('mailReceipt')}=hand-over.`
    const message = 'the mail server does not report what becomes of mail, so no e-mail counts as served until somebody acknowledges the notice'
    return [{ check, state: 'note', message, fix }]
  }
  if (hasDoor) return [{ check, state: 'good', message: 'the mail server reports, and your mail system can hand reports in' }]
  const fix = `Set ${variableOf('mailReportTokenFile')} and have your mail system post what comes to the return address to /api/v1/mail-reports.`
  return [{ check, state: 'note', message: 'reports of mail servers come to a mailbox, and nobody hands them in here', fix }]
}

async function checkTasks(db: Storage['db']): Promise<readonly Checked[]> {
  const { count } = await db
    .selectFrom('notice_tasks')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(count) === 0) return []
  const message = `${Number(count)} legal notices reached nobody`
  return [{ check: 'notices', state: 'wrong', message, fix: 'Look at: handfast notice tasks. Post them, or find another address.' }]
}
