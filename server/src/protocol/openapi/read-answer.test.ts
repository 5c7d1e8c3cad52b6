import { describe, expect, it } from 'vitest'
import { readAnswer, type ToolResult } from './read-answer.ts'

function result(status: number, type: string | undefined, text: string): ToolResult {
  const answer = readAnswer(status, type, text)
  if (answer.kind !== 'result') throw new Error(answer.why)
  return answer.result
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

    expect(content[0]?.text).toBe('{"a":"shown"}')
    expect(structuredContent).toEqual({ a: 'shown' })
  })

  it('that is text comes as it is', () => {
    expect(result(200, 'text/plain', 'hello')).toEqual({ content: [{ type: 'text', text: 'hello' }] })
    expect(result(200, 'application/xml', '<a/>').content[0]?.text).toBe('<a/>')
  })

  it('without content is said in words', () => {
    for (const answer of [result(204, undefined, ''), result(200, 'application/json', ''), result(201, 'text/html', ' \n')]) {
      expect(answer.content[0]?.text).toMatch(/without content/)
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
    expect(long.content[0]?.text.length).toBeLessThan(2_100)
    expect(result(502, 'text/html', '<html>Bad gateway</html>').content[0]?.text).toBe('The API answered 502 Bad Gateway.')
    expect(result(422, 'application/json', '{broken').content[0]?.text).toContain('{broken')
    expect(result(599, undefined, '').content[0]?.text).toBe('The API answered 599.')
  })

  it('that cannot be what the API promised is left to the caller to refuse', () => {
    expect(readAnswer(200, 'text/html', '<html></html>')).toMatchObject({ kind: 'not-understood', why: 'html' })
    expect(readAnswer(200, undefined, '<!DOCTYPE html><p>')).toMatchObject({ kind: 'not-understood', why: 'html' })
    expect(readAnswer(200, 'application/json', '{"a":')).toMatchObject({ kind: 'not-understood', why: 'malformed-json' })
    expect(readAnswer(200, 'application/json', '['.repeat(200_000))).toMatchObject({ kind: 'not-understood', why: 'malformed-json' })
    expect(readAnswer(200, 'image/png', 'x')).toMatchObject({ kind: 'not-understood', why: 'media-type' })
    expect(readAnswer(302, 'application/json', '{}')).toMatchObject({ kind: 'not-understood', why: 'status' })
  })

  it('with a field named __proto__ changes no prototype', () => {
    const { structuredContent } = result(200, 'application/json', '{"__proto__":{"polluted":true}}')

    expect(Object.getPrototypeOf(structuredContent)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('polluted')
  })
})
