import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { SettingsError, type SettingsProblem } from './settings-error.ts'

const address = z.string().regex(/^[^\s@<>(),:;"\\[\]]+@[^\s@<>(),:;"\\[\]]+$/, 'has to be one e-mail address, such as notices@example.org')

/** How e-mail leaves, and what counts as having arrived. */
export const mailSettings = {
  mailHost: z.string().min(1).optional().describe('Mail server that takes e-mail from this Handfast. Without one, mails are kept and not sent'),
  mailPort: z.coerce.number().int().min(1).max(65_535).default(587).describe('Its port; 465 goes with implicit TLS'),
  mailTls: z
    .enum(['starttls', 'implicit', 'none'])
    .default('starttls')
    .describe('How the connection to it is encrypted; none is for a mail server on this machine only'),
  mailCaFile: z.string().min(1).optional().describe('Certificate authority of the mail server in PEM, where it is not a public one'),
  mailUser: z.string().min(1).optional().describe('Name to sign in to the mail server with, where it asks for one'),
  mailPassword: z.string().min(1).optional().describe('Password for the mail server; a file is better'),
  mailPasswordFile: z.string().min(1).optional().describe('File with the password for the mail server'),
  mailFrom: address.optional().describe('Address that e-mail comes from'),
  mailReturnTo: address.optional().describe('Address that mail servers report to when e-mail does not arrive; that it comes from where absent'),
  mailReceipt: z
    .enum(['report', 'hand-over'])
    .default('report')
    .describe(
      'When an e-mail counts as received: report, once the server of the recipient is reported to have it; hand-over, once the mail server above has it, for a mail server that keeps the mailboxes itself',
    ),
  mailReportToken: z
    .string()
    .min(20)
    .optional()
    .describe('Secret with which your mail system posts reports about e-mail to /api/v1/mail-reports; a file is better'),
  mailReportTokenFile: z.string().min(1).optional().describe('File with that secret'),
  operatorNoticesCopyTo: z.string().min(1).optional().describe('Where a copy of notices to the operator is sent, as the terms ask for'),
}

const all = z.object(mailSettings)
type Mail = z.infer<typeof all>

/** What the settings about mail say to the rooms: secrets read, nothing left open. Null: there is no mail server. */
export type MailUse = {
  readonly host: string
  readonly port: number
  readonly tls: 'starttls' | 'implicit' | 'none'
  readonly authority: string | null
  readonly user: string | null
  readonly password: string | null
  readonly from: string
  readonly returnTo: string
}

/** What does not go together. */
export function mailProblems(mail: Mail): readonly SettingsProblem[] {
  const { mailHost, mailFrom, mailTls, mailUser, mailPassword, mailPasswordFile, mailReportToken, mailReportTokenFile } = mail
  const problems: SettingsProblem[] = []
  const add = (where: string, what: string, fix: string): void => void problems.push({ where, what, fix })
  if (mailHost !== undefined && mailFrom === undefined)
    add('mailFrom', 'is missing', 'Say which address e-mail comes from, such as notices@example.org')
  if (mailHost !== undefined && mailTls === 'none' && !isThisMachine(mailHost))
    add('mailTls', `would send e-mail to ${mailHost} in the clear`, 'Use starttls or implicit; none is for a mail server on this machine')
  if (mailUser !== undefined && mailPassword === undefined && mailPasswordFile === undefined)
    add('mailUser', 'comes without a password', 'Set mailPasswordFile to a file that holds it')
  if (mailPassword !== undefined && mailPasswordFile !== undefined)
    add('mailPassword', 'is given twice', 'Keep either mailPassword or mailPasswordFile')
  if (mailReportToken !== undefined && mailReportTokenFile !== undefined)
    add('mailReportToken', 'is given twice', 'Keep either mailReportToken or mailReportTokenFile')
  return problems
}

/**
 * How mail is handed over, with its secrets.
 * @throws SettingsError when a file is not there
 */
export function mailUse(mail: Mail): MailUse | null {
  const { mailHost, mailPort, mailTls, mailCaFile, mailUser, mailPassword, mailPasswordFile, mailFrom, mailReturnTo } = mail
  if (mailHost === undefined || mailFrom === undefined) return null
  return {
    host: mailHost,
    port: mailPort,
    tls: mailTls,
    authority: mailCaFile === undefined ? null : read('mailCaFile', mailCaFile),
    user: mailUser ?? null,
    password: mailPasswordFile === undefined ? (mailPassword ?? null) : read('mailPasswordFile', mailPasswordFile),
    from: mailFrom,
    returnTo: mailReturnTo ?? mailFrom,
  }
}

/** What opens the door for reports, or null where there is none. @throws SettingsError when the file is not there */
export function mailReportToken({ mailReportToken: token, mailReportTokenFile: file }: Mail): string | null {
  if (file === undefined) return token ?? null
  const value = read('mailReportTokenFile', file)
  if (value.length >= 20) return value
  throw new SettingsError([{ where: 'mailReportTokenFile', what: 'holds fewer than 20 characters', fix: 'Put a long random text there' }])
}

function read(where: string, file: string): string {
  try {
    const value = readFileSync(file, 'utf8').trim()
    if (value !== '') return value
  } catch {}
  throw new SettingsError([{ where, what: `the file ${file} cannot be read, or is empty`, fix: 'Name a file that Handfast may read' }])
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
