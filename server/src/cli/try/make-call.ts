import type { ReleaseContent, ReleaseTool } from '@handfast/contract'
import { isObject, type JsonObject } from '../../lib/index.ts'
import type { House } from '../house.ts'
import { UsageError } from '../say.ts'
import type { TryFlags } from '../try.ts'
import type { Asking } from './ask.ts'
import { callTool, type Told } from './call-tool.ts'
import { argumentsFor, chooseFirstCall, type FirstCall } from './first-call.ts'

/** The tools of a release, as they were reviewed. */
export async function toolsOf(house: House, slug: string, number: number): Promise<readonly ReleaseTool[]> {
  const { content } = await house.ask<{ readonly content: ReleaseContent }>(`/api/v1/connectors/${slug}/releases/${number}`)
  return content.tools
}

/** @throws UsageError */
export function readArguments(text: string): JsonObject {
  try {
    const given: unknown = JSON.parse(text)
    if (isObject(given)) return given
  } catch {
    // Said below, in the same words for both mistakes.
  }
  throw new UsageError(`--args takes a JSON object such as '{"city":"Cork"}', not ${text.slice(0, 80)}`)
}

/** The call that was named, or one that can be made without asking, or what the person says. Null: nobody said. @throws UsageError */
export async function decideCall(tools: readonly ReleaseTool[], flags: TryFlags, asking: Asking): Promise<FirstCall | null> {
  if (flags.tool === undefined) {
    const chosen = chooseFirstCall(tools)
    if (chosen !== undefined) return flags.args === undefined ? chosen : { ...chosen, arguments: readArguments(flags.args) }
    if (!asking.present) return null
  }
  const named =
    flags.tool ?? (await asking.text(`Which tool first? ${tools.map(({ name }) => name).join(', ')}`.slice(0, 2_000), tools[0]?.name ?? ''))
  const tool = tools.find(({ name }) => name === named)
  if (tool === undefined)
    throw new UsageError(
      `There is no tool ${named}. There are: ${tools
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 2_000)}`,
    )
  if (flags.args !== undefined) return { tool, arguments: readArguments(flags.args) }
  const filled = argumentsFor(tool.inputSchema)
  if (filled !== undefined) return { tool, arguments: filled }
  if (!asking.present)
    throw new UsageError(`${tool.name} needs arguments: say them with --args JSON. Its schema: ${JSON.stringify(tool.inputSchema).slice(0, 2_000)}`)
  return { tool, arguments: readArguments(await asking.text(`Arguments of ${tool.name}, as JSON`, JSON.stringify(tool.inputSchema).slice(0, 200))) }
}

/**
 * Makes the call. Where it needs a person's yes, whoever runs this command is that person: they named the tool and said --yes, or are asked now.
 */
export async function makeCall(
  house: House,
  endpoint: string,
  token: string,
  call: FirstCall,
  user: string,
  yes: boolean,
  asking: Asking,
): Promise<Told> {
  const told = await callTool(endpoint, token, call)
  if (told.refusal !== 'consent/approval-needed') return told
  const id = /\/approvals\/(apr_[0-9a-f]+)/.exec(told.text)?.[1]
  if (id === undefined) return told
  const question = `${call.tool.name} changes something. Send it with ${JSON.stringify(call.arguments)}?`
  if (!yes && !(asking.present && (await asking.agrees(question)))) return told
  await house.ask(`/api/v1/approvals/${id}/decision`, { method: 'POST', body: { yes: true, lasting: 'once' }, as: user })
  return await callTool(endpoint, token, call)
}
