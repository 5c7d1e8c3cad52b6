import { rootCertificates } from 'node:tls'
import { SECOND } from '../lib/index.ts'

/** How mail is handed over, and under which address. */
export type MailServer = {
  readonly host: string
  readonly port: number
  readonly tls: 'starttls' | 'implicit' | 'none'
  /** Its certificate authority in PEM, where it is not a public one. */
  readonly authority: string | null
  readonly user: string | null
  readonly password: string | null
  readonly from: string
  /** Where reports go. */
  readonly returnTo: string
}

export type Letter = {
  /** The whole mail, as it was kept. */
  readonly raw: string
  readonly to: string
  /** Comes back in every report about it (RFC 3461 section 4.4). */
  readonly envelopeId: string
}

/**
 * What the mail server said. `taken`: it is its business from here. `refused`: this recipient, or this mail, for good. `later`: anything else, such as
 * a server that is away, is busy, or does not let us in: the recipient has nothing to do with it, so it is tried again.
 */
export type HandedOver =
  | { readonly kind: 'taken'; readonly said: string; readonly reports: boolean }
  | { readonly kind: 'refused' | 'later'; readonly said: string }

export interface Mailer {
  hand(letter: Letter): Promise<HandedOver>
  /** Connects, signs in and goes away again. @returns whether the server reports what becomes of mail (RFC 3461), or what is wrong */
  check(): Promise<{ readonly reports: boolean } | { readonly wrong: string }>
}

/** A mailer for one server. Nothing is loaded, and nobody is connected to, before the first mail. */
export function createMailer(server: MailServer): Mailer {
  const { host, port } = server
  const how = {
    host,
    port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'none',
    ...(server.authority === null ? {} : { tls: { ca: [...rootCertificates, server.authority] } }),
    connectionTimeout: 15 * SECOND,
    greetingTimeout: 15 * SECOND,
    dnsTimeout: 15 * SECOND,
    socketTimeout: 60 * SECOND,
  }
  const auth = server.user === null ? {} : { auth: { user: server.user, pass: server.password ?? '' } }
  return {
    async hand({ raw, to, envelopeId }) {
      try {
        const { createTransport } = await import('nodemailer')
        const answer = await createTransport({ ...how, ...auth, disableFileAccess: true, disableUrlAccess: true }).sendMail({
          envelope: { from: server.returnTo, to: [to] },
          raw: Buffer.from(raw, 'latin1'),
          dsn: { id: envelopeId, return: 'headers', notify: ['success', 'failure', 'delay'], recipient: to },
        })
        return { kind: 'taken', said: answer.response, reports: speaksOfReports(answer) }
      } catch (error) {
        return saidNo(error)
      }
    },

    async check() {
      const { default: Connection } = await import('nodemailer/lib/smtp-connection')
      const connection = new Connection(how)
      try {
        return await new Promise((resolve, reject) => {
          connection.once('error', reject)
          connection.connect(() => {
            const reports = /^250[ -]DSN\b/im.test(String(connection.lastServerResponse))
            if (server.user === null) return resolve({ reports })
            const credentials = { user: server.user, pass: server.password ?? '' }
            connection.login({ credentials }, (error) => (error ? reject(error) : resolve({ reports })))
          })
        })
      } catch (error) {
        return { wrong: saidNo(error).said }
      } finally {
        connection.quit()
        connection.close()
      }
    },
  }
}

function speaksOfReports(answer: object): boolean {
  const { ehlo } = answer as { readonly ehlo?: readonly string[] }
  return (ehlo ?? []).some((line) => /^DSN\b/i.test(line))
}

function saidNo(error: unknown): HandedOver {
  const { responseCode, command, response, message } = error as {
    readonly responseCode?: number
    readonly command?: string
    readonly response?: string
    readonly message?: string
  }
  const said = `${command === undefined ? '' : `${command}: `}${response ?? message ?? String(error)}`
  // What a server says to our name, our password or our sender is no word about the recipient.
  const aboutMail = command === 'RCPT TO' || command === 'DATA'
  return { kind: aboutMail && responseCode !== undefined && responseCode >= 500 ? 'refused' : 'later', said }
}
