import { describe, expect, it } from 'vitest'
import { MAX_INLINE_BYTES, readAnswer } from './read-answer.ts'

function read(status: number, type: string | undefined, body: string | Buffer, isHtml = false) {
  return readAnswer(status, type === undefined ? {} : { 'content-type': type }, Buffer.from(body), isHtml)
}

function result(status: number, type: string | undefined, body: string | Buffer, isHtml = false) {
  const answer = read(status, type, body, isHtml)
  if (answer.kind !== 'result') throw new Error(answer.kind)
  return answer.result
}

function textOf(...args: Parameters<typeof result>): string {
  const [first] = result(...args).content
  return first?.type === 'text' ? first.text : ''
}

describe('an answer', () => {
  it('that is a JSON object comes as text and as structure', () => {
    expect(result(200, 'application/json; charset=utf-8', '{ "a": 1 }')).toEqual({
      content: [{ type: 'text', text: '{"a":1}' }],
      structuredContent: { a: 1 },
    })
    expect(result(200, 'application/vnd.api+json', '{}')).toHaveProperty('structuredContent')
    expect(result(200, undefined, '{"a":1}')).toHaveProperty('structuredContent')
  })

  it('that is another JSON value comes as text', () => {
    expect(result(200, 'application/json', '[1, 2]')).toEqual({ content: [{ type: 'text', text: '[1,2]' }] })
    expect(result(200, 'application/json', 'null')).toEqual({ content: [{ type: 'text', text: 'null' }] })
  })

  it('shows one meaning where a key stands twice', () => {
    const { content, structuredContent } = result(200, 'application/json', '{"a":"hidden","a":"shown"}')

    expect(content).toEqual([{ type: 'text', text: '{"a":"shown"}' }])
    expect(structuredContent).toEqual({ a: 'shown' })
  })

  it('that is text comes as it is', () => {
    expect(result(200, 'text/plain', 'hello')).toEqual({ content: [{ type: 'text', text: 'hello' }] })
    expect(textOf(200, 'application/xml', '<a/>')).toBe('<a/>')
  })

  it('without content is said in words', () => {
    for (const answer of [result(204, undefined, ''), result(200, 'application/json', ''), result(201, 'text/html', ' \n')]) {
      expect(answer.content).toEqual([{ type: 'text', text: expect.stringContaining('without content') }])
      expect(answer.isError).toBeUndefined()
    }
  })

  it('that is an error says its status and what came with it, bounded', () => {
    expect(result(404, 'application/problem+json', '{"title":"no such boat"}')).toEqual({
      content: [{ type: 'text', text: 'The API answered 404 Not Found.\n{"title":"no such boat"}' }],
      isError: true,
    })
    const long = result(500, 'text/plain', 'x'.repeat(100_000))
    expect(long.isError).toBe(true)
    expect(JSON.stringify(long.content).length).toBeLessThan(2_200)
    expect(textOf(502, 'text/html', '<html>Bad gateway</html>')).toBe('The API answered 502 Bad Gateway.')
    expect(textOf(422, 'application/json', '{broken')).toContain('{broken')
    expect(textOf(599, undefined, '')).toBe('The API answered 599.')
  })

  it('that cannot be what the API promised is left to the caller to refuse', () => {
    expect(read(200, 'text/html', '<html></html>')).toMatchObject({ kind: 'not-understood', why: 'html' })
    expect(read(200, undefined, '<!DOCTYPE html><p>')).toMatchObject({ kind: 'not-understood', why: 'html' })
    expect(read(200, 'application/json', '{"a":')).toMatchObject({ kind: 'not-understood', why: 'malformed-json' })
    expect(read(200, 'application/json', '['.repeat(200_000))).toMatchObject({ kind: 'not-understood', why: 'malformed-json' })
    expect(read(302, 'application/json', '{}')).toMatchObject({ kind: 'not-understood', why: 'status' })
  })

  it('that is an image, a sound or a file comes as what it is', () => {
    expect(result(200, 'image/png', Buffer.from([1, 2])).content).toEqual([{ type: 'image', data: 'AQI=', mimeType: 'image/png' }])
    expect(result(200, 'audio/mpeg', Buffer.from([3])).content).toEqual([{ type: 'audio', data: 'Aw==', mimeType: 'audio/mpeg' }])
    expect(result(200, 'application/pdf', '%PDF').content).toEqual([
      { type: 'resource', resource: { uri: 'attachment:answer.pdf', mimeType: 'application/pdf', blob: 'JVBERg==' } },
    ])
    // Scripts could be inside, so it is never an image.
    expect(result(200, 'image/svg+xml', '<svg/>').content).toMatchObject([{ type: 'resource' }])
    expect(result(200, undefined, Buffer.from([0, 1, 2])).content).toMatchObject([{ type: 'resource' }])
  })

  it('that is large and no JSON is a file under a name that is safe', () => {
    const bytes = Buffer.alloc(MAX_INLINE_BYTES + 1, 'x')
    const named = (disposition: string) =>
      readAnswer(200, { 'content-type': 'text/csv', 'content-disposition': disposition }, bytes) as { readonly file?: { readonly name: string } }

    expect(read(200, 'text/csv', bytes)).toMatchObject({ kind: 'file', file: { name: 'answer.csv', mediaType: 'text/csv' } })
    expect(named('attachment; filename="../../etc/pass\u202ewd.csv"').file?.name).toBe('passwd.csv')
    expect(named("attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.csv; filename=x").file?.name).toBe('résumé.csv')
    expect(named('attachment; filename=.bashrc').file?.name).toBe('bashrc')
  })

  it('that is a web page passes only where the document says so', () => {
    expect(result(200, 'text/html', '<p>ahoy</p>', true).content).toEqual([{ type: 'text', text: '<p>ahoy</p>' }])
    expect(read(200, 'text/html', '<p>sign in</p>')).toMatchObject({ kind: 'not-understood', why: 'html' })
  })

  it('is read in the charset that it names', () => {
    expect(textOf(200, 'text/plain; charset=iso-8859-1', Buffer.from([0xe9]))).toBe('é')
    expect(textOf(200, 'text/plain; charset=klingon', 'é')).toBe('é')
  })

  it('with a field named __proto__ changes no prototype', () => {
    const { structuredContent } = result(200, 'application/json', '{"__proto__":{"polluted":true}}')

    expect(Object.getPrototypeOf(structuredContent)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('polluted')
  })
})
