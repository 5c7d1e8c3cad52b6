import type { Delivery, DeliveryId } from './delivery.ts'
import type { Notice } from './delivery-store.ts'
import { bodyText, headerText } from './mail-text.ts'

/** Who writes, as it stands on every mail. */
export type Sender = {
  /** Address of the `From` header. */
  readonly from: string
  /** What this installation is called. */
  readonly name: string
  /** Legal name of the operator. */
  readonly operator: string
  readonly publicUrl: string
}

/** The `Message-ID` of a delivery. Every attempt carries the same one, by which mail programs show what arrives twice once (RFC 5322 section 3.6.4). */
export function messageId(delivery: DeliveryId, { publicUrl }: Pick<Sender, 'publicUrl'>): string {
  return `<${delivery}@${new URL(publicUrl).hostname.replaceAll(/[[\]:]/g, '-')}>`
}

/** A notice as a whole e-mail (RFC 5322), in ASCII, exactly as it leaves. */
export async function renderMail(notice: Notice, delivery: Delivery, sender: Sender, at: number): Promise<string> {
  const { createTransport } = await import('nodemailer')
  const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  const { message } = await writer.sendMail({
    from: { name: headerText(sender.name), address: sender.from },
    to: { name: '', address: delivery.place },
    subject: headerText(notice.title),
    text: `${bodyText(notice.body)}\n\n${footer(notice, sender)}\n`,
    messageId: messageId(delivery.id, sender),
    date: new Date(at),
    headers: { 'auto-submitted': 'auto-generated', 'x-handfast-notice': notice.id, 'x-handfast-delivery': delivery.id },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  if (!Buffer.isBuffer(message)) throw new Error('the mail was not written as a whole')
  return message.toString('latin1')
}

function footer({ id, sha256, legal, to }: Notice, { name, operator, publicUrl }: Sender): string {
  const lines = ['-- ', `Notice ${id} of ${headerText(operator)}, sent by ${headerText(name)}.`, `SHA-256 of its title and words: ${sha256}`]
  if (to.kind !== 'outsider') lines.push(`Read it here, and say that you received it: ${publicUrl}/notices/${id}`)
  if (!legal && to.kind === 'user') lines.push(`You can switch mails of this kind off: ${publicUrl}/notices`)
  return lines.join('\n')
}
