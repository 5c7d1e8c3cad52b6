import type { Json, Tool } from '../fixtures/mcp-wire.ts'
import { PIXEL, text, WAVE } from './samples.ts'

/** What a tool may do while it runs, whatever the era of its caller. */
export type Running = {
  readonly arguments: Json
  readonly progressToken: unknown
  /** What the caller says it can do. */
  readonly capabilities: Json
  /** Only sent where the caller wants log messages. */
  log(level: string, data: unknown): void
  progress(progress: number, total: number): void
  pause(ms: number): Promise<void>
  listChanged(kind: 'tools' | 'prompts'): void
  /** Closes the stream of this call before its answer, which waits to be asked for again (2025-11-25 only). */
  breakOff(): void
}

/** The plain tools of the suite, by name. */
export const plainTools: Readonly<Record<string, (running: Running) => Json | Promise<Json>>> = {
  test_simple_text: () => ({ content: [text('This is a simple text response for testing.')] }),
  test_image_content: () => ({ content: [{ type: 'image', data: PIXEL, mimeType: 'image/png' }] }),
  test_audio_content: () => ({ content: [{ type: 'audio', data: WAVE, mimeType: 'audio/wav' }] }),
  test_embedded_resource: () => ({ content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')] }),
  test_multiple_content_types: () => ({
    content: [
      text('Multiple content types test:'),
      { type: 'image', data: PIXEL, mimeType: 'image/png' },
      embedded('test://mixed-content-resource', 'application/json', JSON.stringify({ test: 'data', value: 123 })),
    ],
  }),
  test_tool_with_logging: async ({ log, pause }) => {
    log('info', 'Tool execution started')
    await pause(50)
    log('info', 'Tool processing data')
    await pause(50)
    log('info', 'Tool execution completed')
    return { content: [text('Said three things.')] }
  },
  test_logging_tool: ({ log }) => {
    log('info', 'Nobody hears this unless they asked.')
    return { content: [text('Logged.')] }
  },
  test_tool_with_progress: async ({ progress, pause, progressToken }) => {
    for (const done of [0, 50, 100]) {
      progress(done, 100)
      if (done < 100) await pause(50)
    }
    return { content: [text(String(progressToken ?? 'no token'))] }
  },
  test_error_handling: () => ({ content: [text('This tool intentionally returns an error for testing')], isError: true }),
  test_reconnection: async ({ breakOff, pause }) => {
    breakOff()
    await pause(100)
    return { content: [text('Reconnection test completed.')] }
  },
  test_trigger_tool_change: ({ listChanged }) => {
    listChanged('tools')
    return { content: [text('The tools changed.')] }
  },
  test_trigger_prompt_change: ({ listChanged }) => {
    listChanged('prompts')
    return { content: [text('The prompts changed.')] }
  },
  json_schema_2020_12_tool: ({ arguments: given }) => ({ content: [text(JSON.stringify(given))] }),
}

function embedded(uri: string, mimeType: string, content: string): Json {
  return { type: 'resource', resource: { uri, mimeType, text: content } }
}

const nothing = { type: 'object', properties: {} }
const one = (name: string, description: string) => ({ type: 'object', properties: { [name]: { type: 'string', description } }, required: [name] })
const inputs: Readonly<Record<string, Json>> = {
  test_sampling: one('prompt', 'What to ask the model'),
  test_elicitation: one('message', 'What to ask the user'),
  json_schema_2020_12_tool: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: {
      address: { $anchor: 'addressDef', type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
    },
    properties: {
      name: { type: 'string' },
      address: { $ref: '#/$defs/address' },
      contactMethod: { type: 'string', enum: ['phone', 'email'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
    allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    ...{ if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] }, then: { required: ['phone'] } },
    else: { required: ['email'] },
    additionalProperties: false,
  },
}

/** Tools as they are listed. All say that they only read, so that the suite is not stopped by questions of ours. */
export function listedTools(names: readonly string[]): readonly Tool[] {
  return names.map((name) => ({
    name,
    description: `The tool ${name} of the conformance suite.`,
    inputSchema: inputs[name] ?? nothing,
    annotations: { readOnlyHint: true },
  }))
}
