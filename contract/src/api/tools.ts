import { z } from 'zod'
import { slug } from '../manifest.ts'
import { idOf, pageQuery, time } from './page.ts'

/** Shapes in which tools are listed: that of MCP, and those of the APIs of models. */
export const toolFormats = ['mcp', 'openai', 'openai-responses', 'anthropic'] as const
export type ToolFormat = (typeof toolFormats)[number]

export const toolsQuery = pageQuery.extend({
  format: z.enum(toolFormats).default('mcp').describe('Shape of each tool: `openai` is that of chat completions'),
  connector: slug.optional().describe('Only tools of this connector'),
})

export const toolList = z.object({
  items: z.array(z.json()).readonly(),
  nextCursor: z.string().nullable(),
  /** Connectors that the person enabled and that are left out, each with what its calls are refused with. */
  unavailable: z
    .array(z.object({ connector: z.string(), code: z.string(), message: z.string(), who: z.string(), link: z.string().optional() }))
    .readonly(),
  /** Connectors in the list that end, and when. */
  ending: z.array(z.object({ connector: z.string(), endsAt: time })).readonly(),
})
export type ToolList = z.infer<typeof toolList>

export const makeCall = z.strictObject({
  tool: z.string().min(1).max(200).describe('A name from the list of tools, in any of its shapes'),
  arguments: z.record(z.string(), z.json()).default({}),
})

/** What became of a call: what the tool answered, or the page where the person has to act first. */
export const madeCall = z.discriminatedUnion('state', [
  z.object({
    state: z.enum(['answered', 'tool-error']),
    call: idOf('call'),
    content: z.array(z.json()).readonly(),
    structuredContent: z.json().optional(),
    isError: z.boolean(),
  }),
  z.object({
    /** Nothing was sent. Show the link, then make the same call again. */
    state: z.enum(['approval-needed', 'account-needed']),
    call: idOf('call'),
    code: z.string(),
    message: z.string(),
    link: z.string(),
    /** Where to ask whether the person has decided; null where that cannot be asked. */
    poll: z.string().nullable(),
  }),
])
export type MadeCall = z.infer<typeof madeCall>

export const waitingCallInPath = z.strictObject({ id: idOf('apr') })

/** How it stands with a call of this assistant that waits for a yes. `approved`: make the same call again. */
export const waitingCall = z.object({
  id: idOf('apr'),
  state: z.enum(['waiting', 'approved', 'refused', 'used', 'expired']),
  tool: z.string(),
  link: z.string(),
  expiresAt: time,
})
