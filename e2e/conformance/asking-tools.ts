import { createHmac, timingSafeEqual } from 'node:crypto'
import { isRecord, type Json } from '../fixtures/mcp-wire.ts'
import { text } from './samples.ts'

/** One round of a tool or prompt that asks its caller for something: what came back so far, and what comes next. */
export type Turn = { readonly arguments: Json; readonly responses: Json; readonly state: string | null; readonly capabilities: Json }
export type Step =
  | { readonly kind: 'ask'; readonly requests: Json; readonly state?: string }
  | { readonly kind: 'done'; readonly result: Json }
  | { readonly kind: 'lacks'; readonly capabilities: Json }
  /** The state is not one of ours. */
  | { readonly kind: 'tampered' }

export const elicit = (message: string, properties: Json, required: readonly string[] = Object.keys(properties)): Json => ({
  method: 'elicitation/create',
  params: { mode: 'form', message, requestedSchema: { type: 'object', properties, required } },
})
const sample = (question: string, maxTokens: number): Json => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: question } }], maxTokens },
})
const roots: Json = { method: 'roots/list', params: {} }

const done = (said: string): Step => ({ kind: 'done', result: { content: [text(said)] } })
const ask = (requests: Json, state?: string): Step => ({ kind: 'ask', requests, ...(state === undefined ? {} : { state: sign(state) }) })

/** Content of an accepted form; an empty object for any other answer that is one. */
function form(value: unknown): Json | undefined {
  if (!isRecord(value) || typeof value['action'] !== 'string') return undefined
  return isRecord(value['content']) ? value['content'] : {}
}

function answerText(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined
  const { content } = value
  const first: unknown = Array.isArray(content) ? content[0] : content
  return isRecord(first) && typeof first['text'] === 'string' ? first['text'] : undefined
}

function elicited(key: string, request: (turn: Turn) => Json, say: (answer: Json) => string): (turn: Turn) => Step {
  return (turn) => {
    const given = turn.responses[key]
    return form(given) === undefined ? ask({ [key]: request(turn) }) : done(say(given as Json))
  }
}

const completed = (answer: Json): string => `Elicitation completed: action=${answer['action']}, content=${JSON.stringify(answer['content'] ?? {})}`

/** The tools of the suite that ask, by name. */
export const askingTools: Readonly<Record<string, (turn: Turn) => Step>> = {
  test_sampling: ({ responses, arguments: given }) => {
    const said = answerText(responses['answer'])
    return said === undefined ? ask({ answer: sample(String(given['prompt']), 100) }) : done(`LLM response: ${said}`)
  },
  test_elicitation: elicited(
    'user',
    ({ arguments: given }) => elicit(String(given['message']), { username: { type: 'string' }, email: { type: 'string' } }),
    (answer) => `User response: action=${answer['action']}, content=${JSON.stringify(answer['content'] ?? {})}`,
  ),
  test_elicitation_sep1034_defaults: elicited(
    'form',
    () =>
      elicit(
        'Please review the form.',
        {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        },
        [],
      ),
    completed,
  ),
  test_elicitation_sep1330_enums: elicited('form', () => elicit('Please choose.', choices, []), completed),
  test_streaming_elicitation: elicited(
    'user_name',
    () => elicit('What is your name?', { name: { type: 'string' } }),
    () => 'Hello!',
  ),
  test_missing_capability: ({ capabilities }) =>
    isRecord(capabilities['sampling']) ? done('Sampling is there.') : { kind: 'lacks', capabilities: { sampling: {} } },
  test_input_required_result_elicitation: elicited(
    'user_name',
    () => elicit('What is your name?', { name: { type: 'string' } }),
    (answer) => `Hello, ${form(answer)?.['name']}!`,
  ),
  test_input_required_result_sampling: ({ responses }) => {
    const said = answerText(responses['capital_question'])
    return said === undefined ? ask({ capital_question: sample('What is the capital of France?', 100) }) : done(said)
  },
  test_input_required_result_list_roots: ({ responses }) => {
    const given = responses['client_roots']
    return isRecord(given) && Array.isArray(given['roots']) ? done(`Roots: ${JSON.stringify(given['roots'])}`) : ask({ client_roots: roots })
  },
  test_input_required_result_request_state: confirmed('Please confirm'),
  test_input_required_result_tampered_state: confirmed('Please confirm'),
  test_input_required_result_multiple_inputs: ({ responses, state }) => {
    if (state !== null && open(state) === undefined) return { kind: 'tampered' }
    const whole = ['user_name', 'greeting', 'client_roots'].every((key) => isRecord(responses[key]))
    if (state !== null && whole) return done('Everything came.')
    return ask(
      { user_name: elicit('What is your name?', { name: { type: 'string' } }), greeting: sample('Generate a greeting', 50), client_roots: roots },
      'multiple',
    )
  },
  test_input_required_result_multi_round: ({ responses, state }) => {
    const round = state === null ? 'none' : open(state)
    if (round === undefined) return { kind: 'tampered' }
    if (round === 'two' && form(responses['step2']) !== undefined) return done(`Your color is ${form(responses['step2'])?.['color']}.`)
    if (round === 'one' && form(responses['step1']) !== undefined)
      return ask({ step2: elicit('Step 2: What is your favorite color?', { color: { type: 'string' } }) }, 'two')
    return ask({ step1: elicit('Step 1: What is your name?', { name: { type: 'string' } }) }, 'one')
  },
  test_input_required_result_capabilities: ({ responses, capabilities }) => {
    if (Object.keys(responses).length > 0) return done('Thanks.')
    const requests = {
      ...(isRecord(capabilities['elicitation']) ? { name: elicit('What is your name?', { name: { type: 'string' } }) } : {}),
      ...(isRecord(capabilities['sampling']) ? { thought: sample('Think of a number.', 10) } : {}),
    }
    return Object.keys(requests).length === 0 ? { kind: 'lacks', capabilities: { elicitation: {} } } : ask(requests)
  },
}

function confirmed(message: string): (turn: Turn) => Step {
  return ({ responses, state }) => {
    if (state !== null && open(state) === undefined) return { kind: 'tampered' }
    if (state !== null && form(responses['confirm']) !== undefined) return done('state-ok')
    return ask({ confirm: elicit(message, { ok: { type: 'boolean' } }) }, 'confirm')
  }
}

const three = (prefix: string, titles: readonly string[]) => titles.map((title, index) => ({ const: `${prefix}${index + 1}`, title }))
const choices: Json = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titledSingle: { type: 'string', oneOf: three('value', ['First Option', 'Second Option', 'Third Option']) },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
  titledMulti: { type: 'array', items: { anyOf: three('value', ['First Choice', 'Second Choice', 'Third Choice']) } },
}

const KEY = 'a key that is known to nobody but this fixture'

function sign(state: string): string {
  return `${state}.${createHmac('sha256', KEY).update(state).digest('base64url')}`
}

function open(signed: string): string | undefined {
  const [state = '', mac = ''] = signed.split('.')
  const wanted = createHmac('sha256', KEY).update(state).digest()
  const given = Buffer.from(mac, 'base64url')
  return given.length === wanted.length && timingSafeEqual(given, wanted) && signed.split('.').length === 2 ? state : undefined
}
