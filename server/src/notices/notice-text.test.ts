import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noticeInForce, textFor } from './notice-in-force.ts'
import { normalNotice, textOfHtml, UnreadableError } from './notice-text.ts'

describe('the text of a notice', () => {
  it('is the same after it was brought into its form once more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(normalNotice(normalNotice(text))).toBe(normalNotice(text))
      }),
    )
  })

  it('has nothing in it that nobody sees', () => {
    const unseen = fc.constantFrom('\u200b', '\u202e', '\u0007', '\ufeff', '\u00ad', '\r\n', '\u00a0', 'a', ' ', '\n', 'é')
    fc.assert(
      fc.property(fc.array(unseen, { maxLength: 60 }), (parts) => {
        expect(normalNotice(parts.join(''))).not.toMatch(/[\u200b\u202e\u0007\ufeff\u00ad\r\u00a0]|\n{3}| {2}|^\s|\s$/)
      }),
    )
  })

  it('keeps the marks that scripts which join need', () => {
    expect(normalNotice('می\u200cخواهیم')).toBe('می\u200cخواهیم')
    expect(normalNotice('pay\u200dment')).toBe('payment')
  })

  it.each([
    ['<p>One</p><p>Two &amp; three</p>', 'One\n\nTwo & three'],
    ['<ul><li>a<li>b</ul>', '- a\n\n- b'],
    ['a<br>b', 'a\nb'],
    ['<head><title>t</title></head><nav>menu</nav><main>words <b>in</b> bold</main><script>x()</script>', 'words in bold'],
    ['<div hidden>secret<p>inside</p></div>seen', 'seen'],
    ['<p>unclosed <i>everything', 'unclosed everything'],
    ['<table><tr><td>a</td><td>b</td></tr></table>', 'a b'],
    ['&lt;script&gt;', '<script>'],
  ])('is what a person reads on a page: %s', async (html, text) => {
    expect(normalNotice(await textOfHtml(html))).toBe(text)
  })

  it('comes out of whatever a page sends', async () => {
    const pieces = fc.constantFrom('<', '>', '<p>', '</p>', '<script>', '<!--', '&', '&amp;', '"', 'x', '<li>', '</', '<![CDATA[')
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 200 }), async (parts) => {
        expect(typeof normalNotice(await textOfHtml(parts.join('')))).toBe('string')
      }),
    )
  })

  it.each(['<', '<p ', '<!--', '&', '<li><div>', '<a href="', '<b>', '<p>'])('never takes all the time there is: a megabyte of %s', async (piece) => {
    let longest = 0
    let last = performance.now()
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    try {
      await textOfHtml(piece.repeat(Math.floor(1_000_000 / piece.length))).catch((error: unknown) => expect(error).toBeInstanceOf(UnreadableError))
    } finally {
      clearInterval(watch)
    }
    expect(longest).toBeLessThan(500)
  })
})

describe('a notice in force', () => {
  const content = { privacyNotice: 'words', privacyNoticeUrl: 'https://x.example/p', privacyNotices: [{ language: 'de', text: 'Worte' }] }

  it('has another digest when any of its languages reads differently', () => {
    const first = noticeInForce(content)

    expect(noticeInForce(content, [{ language: 'de', text: 'andere Worte' }]).sha256).not.toBe(first.sha256)
    expect(noticeInForce(content, [{ language: 'en', text: 'other words' }]).sha256).not.toBe(first.sha256)
    expect(noticeInForce({ ...content }).sha256).toBe(first.sha256)
  })

  it('is read in the language that is liked best of those there are', () => {
    const notice = noticeInForce(content)
    for (const [liked, read] of [
      [['fr', 'de-CH'], 'de'],
      [['EN-us', 'de'], 'en'],
      [[], 'en'],
      [['fr'], 'en'],
    ] as const)
      expect(textFor(notice, liked)?.language).toBe(read)
  })
})
