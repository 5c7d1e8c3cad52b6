import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pieces, plainly } from '../console/src/parts/hidden-characters.ts'
import { reflowed } from '../console/src/parts/reflow.ts'

const hidden = /[\u2800\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u
/** One variation selector only chooses the look of the character before it. */
const harmless = /(?<![\u{fe00}-\u{fe0f}])[\u{fe00}-\u{fe0f}]/gu

const shown = (text: string, lines: boolean) =>
  pieces(text, lines)
    .map((piece) => ('text' in piece ? piece.text : ''))
    .join('')

describe('text that others wrote', () => {
  it('shows no character that is unseen or turns the direction of what follows', () => {
    const texts = fc.string({
      unit: fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom('\u202E', '\u2066', '\u200B', '\uFEFF', '\u0000', '\u001B', '\u{E0041}', '\u0600', '\u3164', '\uFE01'),
      ),
    })

    fc.assert(
      fc.property(texts, (text) => pieces(text, false).every((piece) => !('text' in piece) || !hidden.test(piece.text.replaceAll(harmless, '')))),
    )
  })

  it('keeps line breaks and tabs where a text may have them, and nothing else that is unseen', () => {
    expect(shown('a\n\tb\r\nc\u0007', true)).toBe('a\n\tb\r\nc')
    expect(shown('a\n\tb', false)).toBe('ab')
    expect(plainly('Heron\u202Egpj.exe')).toBe('Heron[U+202E]gpj.exe')
  })

  it('leaves ordinary writing of any language as it is', () => {
    for (const text of ['Grüße, Żółw!', 'שלום עולם', 'مرحبا', '予約する', 'ประเทศไทย', '🍽️ tables']) expect(pieces(text, true)).toEqual([{ text }])
  })

  it('says where a long run of blanks or empty lines would push the rest out of sight', () => {
    const [before, gap, after] = pieces(`to Ana${' '.repeat(300)}and to Mallory`, true)

    expect([before, after]).toEqual([{ text: 'to Ana' }, { text: 'and to Mallory' }])
    expect(gap).toMatchObject({ code: '300 × blank' })
    expect(pieces(`a${'\n'.repeat(40)}b`, true)).toHaveLength(3)
  })

  it('changes nothing but line breaks when a notice is made to fit the screen', () => {
    const wide = `${'word '.repeat(14).trim()}\nends here.\n\n- one\n- two\n`

    expect(reflowed(wide)).toBe(`${'word '.repeat(14).trim()} ends here.\n\n- one\n- two\n`)
    fc.assert(fc.property(fc.string(), (text) => reflowed(text).replaceAll(/\s/g, '') === text.replaceAll(/\s/g, '')))
  })
})
