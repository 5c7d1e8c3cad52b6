import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { createMailer, type Mailer, type MailServer } from '../src/notices/index.ts'
import { goodCertificate, testAuthority, testKey } from './certificates.ts'

/** What arrived: the envelope, and the mail as it came over the wire. */
export type Arrived = { readonly from: string; readonly to: readonly string[]; readonly envelopeId: string | null; readonly raw: string }
/** What the server does with the next mails: takes it, says no to the recipient or the mail, or hangs up while it is being sent or after it has it. */
export type Mood = 'takes' | 'later' | 'refuses' | 'refuses mail' | 'refuses sender' | 'hangs up' | 'hangs up after'

/** A real mail server on loopback, over TLS, that wants a password. */
export async function openMailServer(given: { readonly reports?: boolean } = {}) {
  const arrived: Arrived[] = []
  const sockets = new Set<Socket>()
  const state: { mood: Mood; attempts: number } = { mood: 'takes', attempts: 0 }
  const no = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code })
  const server = new SMTPServer({
    key: testKey,
    cert: goodCertificate,
    hideDSN: given.reports === false,
    logger: false,
    onAuth: ({ username, password }, _, done) =>
      username === 'handfast' && password === 'correct horse' ? done(null, { user: username }) : done(no(535, 'who are you?')),
    onMailFrom: (_, __, done) => {
      state.attempts++
      done(state.mood === 'refuses sender' ? no(550, '5.7.1 not from you') : null)
    },
    onRcptTo: (_, __, done) => {
      if (state.mood === 'later') return done(no(451, '4.7.1 come back later'))
      done(state.mood === 'refuses' ? no(550, '5.1.1 nobody of that name') : null)
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      const hangUp = (): void => {
        for (const socket of sockets) socket.destroy()
      }
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (state.mood === 'hangs up') hangUp()
      })
      stream.on('end', () => {
        if (state.mood === 'hangs up') return
        if (state.mood === 'refuses mail') return void done(no(554, '5.7.1 we do not like it'))
        const { mailFrom, rcptTo, dsn } = session.envelope
        arrived.push({
          from: mailFrom === false ? '' : (mailFrom?.address ?? ''),
          to: rcptTo.map(({ address }) => address),
          envelopeId: dsn?.envid ?? null,
          raw: Buffer.concat(chunks).toString('latin1'),
        })
        if (state.mood === 'hangs up after') return hangUp()
        done(null, 'taken')
      })
    },
  })
  server.on('error', () => {})
  server.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  const how: MailServer = {
    host: '127.0.0.1',
    port,
    tls: 'starttls',
    authority: testAuthority,
    user: 'handfast',
    password: 'correct horse',
    from: 'notices@house.example',
    returnTo: 'bounces@house.example',
  }
  return {
    state,
    arrived,
    how,
    mailer: (change: Partial<MailServer> = {}): Mailer => createMailer({ ...how, ...change }),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** What a mail server reports about a mail (RFC 3464), as it sends it. */
export function statusReport(
  delivery: string,
  action: string,
  change: { readonly status?: string; readonly at?: string; readonly envelopeId?: boolean; readonly original?: string } = {},
): string {
  const { status = action === 'failed' ? '5.1.1' : '2.0.0', at, envelopeId = true, original = '' } = change
  const lines = [
    'From: MAILER-DAEMON@relay.example',
    'To: bounces@house.example',
    'Subject: about your mail',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    ' boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain',
    '',
    'For people.',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; relay.example',
    ...(envelopeId ? [`Original-Envelope-Id: ${delivery}`] : []),
    '',
    'Final-Recipient: rfc822; legal@heron.example',
    `Action: ${action}`,
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550 5.1.1 nobody of',
    ' that name',
    ...(at === undefined ? [] : [`Last-Attempt-Date: ${at}`]),
    '',
    '--b1',
    'Content-Type: text/rfc822-headers',
    '',
    original,
    '--b1--',
    '',
  ]
  return lines.join('\r\n')
}
