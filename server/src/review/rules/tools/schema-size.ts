import { toolRule } from '../engine/tool-rule.ts'

/** In UTF-16 units; about four of them are a token of a model. */
const LARGE = 16_384
const TOO_LARGE = 131_072

export const schemaSize = toolRule({
  id: 'schema-size',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Schemas so large that they crowd out the conversation',
  remedy: { who: 'developer', what: 'Take fewer or flatter arguments. Every assistant reads the whole schema in every conversation.' },
  source: 'Anthropic directory policy 5',
  *each({ name, inputSchema }, at) {
    const size = JSON.stringify(inputSchema).length
    if (size > LARGE)
      yield {
        pointer: `${at}/inputSchema`,
        severity: size > TOO_LARGE ? 'warns' : 'notes',
        message: `The arguments of "${name}" take ${Math.round(size / 1024)} KiB to describe.`,
      }
  },
})
