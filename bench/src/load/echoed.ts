/** Where the echo stands in a correct answer: as the text of the first content block, or inside the JSON object that this text holds. */
export type EchoShape = 'text' | 'json'

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
}

/** The messages of an event stream, in order: `data` lines of one event joined by a newline (HTML, server-sent events, section 9.2.6). */
export function eventData(stream: string): string[] {
  const found: string[] = []
  for (const event of stream.split(/\r\n\r\n|\n\n|\r\r/)) {
    const data = event
      .split(/\r\n|\n|\r/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(line.startsWith('data: ') ? 6 : 5))
    if (data.length > 0) found.push(data.join('\n'))
  }
  return found
}

/** The JSON-RPC answer to request `id` in a JSON or event-stream body. Undefined when it is not there. @throws SyntaxError when the body is no JSON */
export function rpcAnswer(contentType: string, body: string, id: number): Readonly<Record<string, unknown>> | undefined {
  const messages = contentType === 'text/event-stream' ? eventData(body).filter((data) => data !== '') : [body]
  for (const message of messages) {
    const parsed = record(JSON.parse(message))
    if (parsed !== undefined && parsed['id'] === id) return parsed
  }
  return undefined
}

/** The text a `tools/call` answer gives back, or the reason why it is not a correct answer. */
export function echoedText(
  answer: Readonly<Record<string, unknown>> | undefined,
  shape: EchoShape,
): { readonly text: string } | { readonly wrong: string } {
  if (answer === undefined) return { wrong: 'no answer with the id of the request' }
  const result = record(answer['result'])
  if (result === undefined) return { wrong: `no result: ${JSON.stringify(answer['error']).slice(0, 200)}` }
  const first: unknown = Array.isArray(result['content']) ? result['content'][0] : undefined
  const text = record(first)?.['text']
  if (typeof text !== 'string') return { wrong: 'the result has no text' }
  if (result['isError'] === true) return { wrong: `the tool reports an error: ${text.slice(0, 200)}` }
  if (shape === 'text') return { text }
  const inner = record(JSON.parse(text))?.['text']
  return typeof inner === 'string' ? { text: inner } : { wrong: 'the JSON in the text has no field "text"' }
}
