import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { rounds } from '../../test/rounds.ts'
import { newId } from '../lib/index.ts'
import type { Delivery } from './delivery.ts'
import type { Notice } from './delivery-store.ts'
import { bodyText, headerText, isMailAddress } from './mail-text.ts'
import { renderMail, type Sender } from './render-mail.ts'

proves('notices/no-header-injection')

const sender: Sender = { from: 'notices@house.example', name: 'Test house', operator: 'Council', publicUrl: 'https://house.example' }
const known = ['from', 'to', 'subject', 'message-id', 'date', 'auto-submitted', 'x-handfast-notice', 'x-handfast-delivery', 'mime-version']
const ours = new Set([...known, 'content-type', 'content-transfer-encoding'])

/** The header fields of a mail, and those of its lines that are none. */
async function headOf(change: { readonly title?: string; readonly body?: string; readonly place?: string; readonly name?: string }) {
  const { title = 'A title', body = 'Words.', place = 'ana@people.example', name } = change
  const notice = { id: newId('ntc'), title, body, sha256: 'f'.repeat(64), legal: true, to: { kind: 'outsider', email: place } } as unknown as Notice
  const delivery = { id: newId('dlv'), place } as unknown as Delivery
  const mail = await renderMail(notice, delivery, name === undefined ? sender : { ...sender, name, operator: name }, 1_795_000_000_000)
  const [head = ''] = mail.split('\r\n\r\n')
  const lines = head.split('\r\n').filter((line) => !/^[ \t]/.test(line))
  return { mail, head, names: lines.map((line) => line.slice(0, line.indexOf(':')).toLowerCase()) }
}

const breaks = ['\r\n', '\n', '\r', '\u2028', '\u2029', '\u0085', '\v', '\f', '\0', '\u202e', '\ufeff', '\udc00', '%0d%0a', '=0D=0A', '\\r\\n']

describe('a mail', () => {
  it.each(breaks)('has no further header, whatever a title or a name says: %j', async (br) => {
    const evil = `Hello${br}Bcc: everybody@people.example${br}${br}<script>`

    for (const { head, names } of [await headOf({ title: evil }), await headOf({ name: evil })]) {
      expect(names.filter((name) => !ours.has(name))).toEqual([])
      expect(new Set(names).size).toBe(names.length)
      expect(head).toMatch(/^[\x20-\x7e\r\n\t]*$/)
      expect(head.match(/^To: (.*)$/m)?.[1]?.trim()).toBe('ana@people.example')
    }
  })

  it('has our headers only, whatever anybody calls anything', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 })

    await fc.assert(
      fc.asyncProperty(text, text, text, async (title, name, body) => {
        const { names, mail } = await headOf({ title, name, body })
        return names.every((each) => ours.has(each)) && new Set(names).size === names.length && !/[^\r]\n|\r[^\n]/.test(mail)
      }),
      { numRuns: rounds(2_000) },
    )
  })

  it('ends where its words end: a line with one dot stays inside', async () => {
    const { mail } = await headOf({ body: 'before\n.\r\nMAIL FROM:<x@y.example>\r\n.\n after' })

    expect(mail).toContain('\r\n.\r\nMAIL FROM:<x@y.example>\r\n.\r\n after')
  })
})

describe('an address', () => {
  it.each(['ana@people.example', 'a.b+c@sub.people.example', "o'neil@people.example", 'größe@küche.example', 'ana@xn--kche-0ra.example'])(
    'that is one can be written to: %s',
    (text) => expect(isMailAddress(text)).toBe(true),
  )

  it.each([
    'ana',
    '@people.example',
    'ana@',
    'ana@people.example,ben@people.example',
    'ana@people.example ben@people.example',
    'Ana <ana@people.example>',
    'ana@people.example\r\nRCPT TO:<ben@people.example>',
    'ana@people.example\u2028',
    '"ana ben"@people.example',
    'ana(comment)@people.example',
    '@relay.example:ana@people.example',
    'ana@[127.0.0.1]',
    '-oQ/tmp@people.example',
    '.ana@people.example',
    'ana..b@people.example',
    'ana@people..example',
    'ana@-people.example',
    `${'a'.repeat(65)}@people.example`,
    `ana@${'a'.repeat(250)}.example`,
    'ana\u202e@people.example',
    'a|b@people.example',
    'a`b@people.example',
  ])('that says more or less than one address cannot: %j', (text) => expect(isMailAddress(text)).toBe(false))
})

describe('texts', () => {
  it('for headers are one line that nothing hides in', () => {
    expect(headerText(' a\r\n\tb\u202ec\u0000d\u2028e ')).toBe('a b c d e')
    expect([...headerText('é'.repeat(500))].length).toBe(200)
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(headerText(text))))
  })

  it('for bodies keep their lines and lose what terminals obey', () => {
    expect(bodyText('a\r\nb\rc\u2028d\u001b[31me\tf')).toBe('a\nb\nc\nd[31me\tf')
  })
})
