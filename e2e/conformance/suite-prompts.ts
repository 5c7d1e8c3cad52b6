import type { Json } from '../fixtures/mcp-wire.ts'
import { elicit, type Step, type Turn } from './asking-tools.ts'
import { PIXEL, text } from './samples.ts'

const user = (content: Json): Json => ({ role: 'user', content })
const done = (...messages: readonly Json[]): Step => ({ kind: 'done', result: { messages } })

/** The prompts of the suite, by name. */
export const prompts: Readonly<Record<string, (turn: Turn) => Step>> = {
  test_simple_prompt: () => done(user(text('This is a simple prompt for testing.'))),
  test_prompt_with_arguments: ({ arguments: { arg1, arg2 } }) => done(user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))),
  test_prompt_with_embedded_resource: ({ arguments: { resourceUri } }) =>
    done(
      user({ type: 'resource', resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' } }),
      user(text('Please process the embedded resource above.')),
    ),
  test_prompt_with_image: () => done(user({ type: 'image', data: PIXEL, mimeType: 'image/png' }), user(text('Please analyze the image above.'))),
  test_input_required_result_prompt: ({ responses }) => {
    const given = responses['user_context'] as { content?: { context?: string } } | undefined
    if (given?.content === undefined)
      return { kind: 'ask', requests: { user_context: elicit('What context should the prompt use?', { context: { type: 'string' } }) } }
    return done(user(text(`The context is ${given.content.context}.`)))
  },
}

const takes = (...names: readonly string[]) => ({ arguments: names.map((name) => ({ name, description: `The argument ${name}`, required: true })) })

export const listedPrompts: readonly Json[] = Object.keys(prompts).map((name) => ({
  name,
  description: `The prompt ${name} of the conformance suite.`,
  ...(name === 'test_prompt_with_arguments' ? takes('arg1', 'arg2') : name === 'test_prompt_with_embedded_resource' ? takes('resourceUri') : {}),
}))
