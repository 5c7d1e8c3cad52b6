import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statusReport } from '../../test/mail-server.ts'
import { newId } from '../lib/index.ts'
import { LONGEST_REPORT, readReport } from './read-report.ts'

const id = newId('dlv')

describe('a report of a mail server', () => {
  it.each([
    ['delivered', 'delivered'],
    ['relayed', 'relayed'],
    ['expanded', 'relayed'],
    ['Delayed', 'delayed'],
    ['failed (no such user)', 'failed'],
  ])('that says %s is read', (action, kind) => {
    expect(readReport(statusReport(id, action))).toMatchObject({ delivery: id, kind })
  })

  it('says when, and in which words, also where those run over several lines', () => {
    const report = readReport(statusReport(id, 'failed', { at: 'Thu, 19 Nov 2026 10:00:00 +0100' }))

    expect(report).toMatchObject({ at: Date.UTC(2026, 10, 19, 9), said: 'failed: 5.1.1 smtp; 550 5.1.1 nobody of that name' })
  })

  it('names the mail by what it brings back of it, where the envelope id was lost on the way', () => {
    const byHeader = statusReport(id, 'failed', { envelopeId: false, original: `X-Handfast-Delivery: ${id}` })
    const byMessage = statusReport(id, 'failed', { envelopeId: false, original: `Message-ID: <${id}@house.example>` })

    expect(readReport(byHeader)?.delivery).toBe(id)
    expect(readReport(byMessage)?.delivery).toBe(id)
    expect(readReport(statusReport(id, 'failed', { envelopeId: false }))).toBeNull()
  })

  it('is read with line feeds alone, in base64, and inside another part', () => {
    const plain = statusReport(id, 'delivered').replaceAll('\r\n', '\n')
    const [head = '', status = ''] = [plain.slice(0, plain.indexOf('Content-Type: message/delivery-status')), `Action: delivered\nStatus: 2.0.0`]
    const encoded = Buffer.from(`Original-Envelope-Id: ${id}\n\n${status}\n`).toString('base64')
    const inBase64 = `${head}Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n${encoded}\n--b1--\n`

    expect([plain, inBase64].map((text) => readReport(text)?.kind)).toEqual(['delivered', 'delivered'])
  })

  it('of a mail program says that the mail was shown, and nothing where it was only deleted', () => {
    const about = (how: string) =>
      [
        'Content-Type: multipart/report; report-type=disposition-notification; boundary=x',
        '',
        '--x',
        'Content-Type: message/disposition-notification',
        '',
        `Original-Message-ID: <${id}@house.example>`,
        `Disposition: manual-action/MDN-sent-manually; ${how}`,
        '--x--',
      ].join('\n')

    expect(readReport(about('displayed'))).toMatchObject({ delivery: id, kind: 'read' })
    expect(readReport(about('deleted'))).toBeNull()
  })

  it('is nothing that a person wrote, however much it looks like one', () => {
    const answer = `Content-Type: text/plain\n\nOriginal-Envelope-Id: ${id}\n\nAction: failed\n`
    const mixed = statusReport(id, 'failed').replace('multipart/report', 'multipart/mixed')

    expect([answer, mixed, '', '\n\n'].map(readReport)).toEqual([null, null, null, null])
  })

  it('names no mail by a longer or a cut id', () => {
    for (const other of [`${id}0`, `x${id}`, id.slice(0, -1), id.toUpperCase()]) expect(readReport(statusReport(other, 'failed'))).toBeNull()
  })

  it('of any bytes breaks nothing, also where it nests and repeats', () => {
    const deep = `Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n${'--b\nContent-Type: multipart/mixed; boundary="b"\n\n'.repeat(3_000)}`
    const wide = `Content-Type: multipart/report; boundary=b\n\n${'--b\n\n'.repeat(20_000)}`
    const fields = `${'A: b\n c\n'.repeat(20_000)}\n`

    for (const text of [deep, wide, fields, `${' '.repeat(LONGEST_REPORT)}`, 'x'.repeat(LONGEST_REPORT + 1)]) expect(readReport(text)).toBeNull()
    fc.assert(fc.property(fc.string({ maxLength: 2_000, unit: 'binary' }), (text) => readReport(text) === null))
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...statusReport(id, 'failed').split('\n')), { maxLength: 60 }), (lines) => {
        const report = readReport(lines.join('\n'))
        return report === null || report.delivery === id
      }),
    )
  })
})
