import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { cleanImage, MOST_IMAGE_BYTES } from './clean-image.ts'

proves('developers/brand')

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

function png(width = 1, extra: readonly Buffer[] = []): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(1, 4)
  head.set([8, 0, 0, 0, 0], 8)
  const pixels = deflateSync(Buffer.alloc(2))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    ...extra,
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('a logo as PNG', () => {
  it('keeps what draws and loses what can hold anything else, and what lies behind its end', () => {
    const clean = cleanImage(
      Buffer.concat([png(1, [chunk('tEXt', Buffer.from('Comment\0secret')), chunk('eXIf', Buffer.alloc(4))]), Buffer.from('PK\u0003\u0004')]),
    )

    expect(clean).toMatchObject({ mediaType: 'image/png', removed: ['tEXt', 'eXIf'] })
    expect('bytes' in clean && Buffer.from(clean.bytes)).toEqual(png())
  })

  it.each([
    ['is larger than allowed', Buffer.concat([png(), Buffer.alloc(MOST_IMAGE_BYTES)])],
    ['unfolds to very many pixels', png(60_000)],
    ['is cut off', png().subarray(0, 40)],
    ['is damaged', Buffer.concat([png().subarray(0, 20), Buffer.from([9]), png().subarray(21)])],
    ['is something else', Buffer.from('GIF89a')],
  ])('is refused where it %s', (_, bytes) => expect(cleanImage(bytes)).toMatchObject({ because: expect.any(String) }))
})

describe('a logo as SVG', () => {
  const cleaned = (text: string) => {
    const clean = cleanImage(Buffer.from(text))
    return 'bytes' in clean ? Buffer.from(clean.bytes).toString() : clean.because
  }

  it('is written anew from what draws', () => {
    const text =
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><defs><linearGradient id="a"><stop offset="0" stop-color="#f00"/></linearGradient></defs><path d="M0 0h9v9z" fill="url(#a)"/><use href="#b"/><text>A &amp; B</text></svg>'

    expect(cleaned(text)).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><defs><linearGradient id="a"><stop offset="0" stop-color="#f00"></stop></linearGradient></defs><path d="M0 0h9v9z" fill="url(#a)"></path><use href="#b"></use><text>A &amp; B</text></svg>',
    )
  })

  it.each([
    '<svg><script>alert(1)</script></svg>',
    '<svg onload="alert(1)"><rect width="1"/></svg>',
    '<svg><a href="javascript:alert(1)"><rect/></a></svg>',
    '<svg><image href="http://evil.example/x.png"/></svg>',
    '<svg><use href="http://evil.example/x.svg#a"/></svg>',
    '<svg><use xlink:href="data:image/svg+xml,evil"/></svg>',
    '<svg><foreignObject><iframe src="http://evil.example"/></foreignObject></svg>',
    '<svg><style>@import url(http://evil.example)</style></svg>',
    '<svg><rect fill="url(http://evil.example/#a)"/></svg>',
    '<svg><rect style="background:url(http://evil.example)"/></svg>',
    '<svg><set attributeName="href" to="http://evil.example"/><animate attributeName="href"/></svg>',
    '<!DOCTYPE svg [<!ENTITY a "evil">]><svg><text>&a;</text><rect/></svg>',
    '<svg><svg:script xmlns:svg="http://www.w3.org/2000/svg">evil</svg:script></svg>',
  ])('keeps nothing of %s', (text) => {
    expect(cleaned(text)).not.toMatch(
      /script|evil|alert|onload|javascript|http:\/\/(?!www\.w3\.org\/2000\/svg")|style|foreignObject|animate|<set|DOCTYPE/i,
    )
  })

  it('may draw a thing many times by reference', () => {
    const text = `<svg><defs><path id="a" d="M0 0h1"/></defs><mask id="m"><use href="#a"/></mask>${'<use href="#a" mask="url(#m)"/>'.repeat(300)}</svg>`

    expect(cleaned(text)).toMatch(/^<svg .*<\/svg>$/)
  })

  it.each([
    `<svg><rect id="x0"/>${Array.from({ length: 9 }, (_, at) => `<g id="x${at + 1}">${`<use href="#x${at}"/>`.repeat(9)}</g>`).join('')}</svg>`,
    `<svg>${Array.from({ length: 9 }, (_, at) => `<mask id="m${at + 1}">${`<rect mask="url(#m${at})"/>`.repeat(9)}</mask>`).join('')}<rect mask="url(#m9)"/></svg>`,
    '<svg><g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g></svg>',
    `<svg>${'<g>'.repeat(5_000)}</svg>`,
    '<html><svg><rect/></svg></html>',
    '<svg><metadata>x</metadata>',
  ])('that draws too much, or nothing of its own, is refused or bare', (text) =>
    expect(cleaned(text)).toMatch(/too much|nothing|^<svg xmlns="[^"]*"><\/svg>$/),
  )
})
