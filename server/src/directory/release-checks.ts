import type { ReleaseContent, ReleaseTool } from '@handfast/contract'
import { Pauses, pointer } from '../lib/index.ts'
import { ReleaseInvalidError } from './directory-errors.ts'
import { checkSchema } from './schema-checks.ts'

export const MAX_TOOLS = 10_000
/** Assistants allow no more (and the connector's short name with an underscore comes first). */
export const MAX_TOOL_NAME = 64
const MAX_DESCRIPTION = 16_000
const MAX_TITLE = 300
/** Canonical JSON of a release, in UTF-16 units. */
export const MAX_RELEASE = 32 * 1024 * 1024
const TOOL_NAME = /^[A-Za-z0-9_.-]{1,64}$/

/**
 * The door for releases: what passes here can be stored, compiled, listed and reviewed in bounded time. Whether it is any good is for the review.
 * @throws ReleaseInvalidError, SchemaInvalidError
 */
export async function checkRelease(slug: string, content: ReleaseContent): Promise<void> {
  const pauses = new Pauses()
  const { tools } = content
  checkTarget(content.target.url)
  const things = tools.length + (content.resources?.length ?? 0) + (content.resourceTemplates?.length ?? 0) + (content.prompts?.length ?? 0)
  if (things === 0) throw new ReleaseInvalidError('/tools', 'A connector without a tool does nothing. Describe at least one.')
  if (tools.length > MAX_TOOLS) throw new ReleaseInvalidError('/tools', `A connector has at most ${MAX_TOOLS} tools; this one has ${tools.length}.`)
  const first = new Map<string, number>()
  for (const [index, tool] of tools.entries()) {
    checkTool(slug, tool, pointer('tools', index))
    const before = first.get(tool.name)
    if (before !== undefined)
      throw new ReleaseInvalidError(
        pointer('tools', index, 'name'),
        `Tool ${before} is also called "${tool.name}". Give every tool a name of its own.`,
      )
    first.set(tool.name, index)
    await pauses.now()
  }
  for (const [index, prompt] of (content.prompts ?? []).entries()) checkName(slug, prompt.name, pointer('prompts', index), 'prompt')
}

function checkTarget(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !['https:', 'http:'].includes(parsed.protocol))
    throw new ReleaseInvalidError('/target/url', 'This is not an http address.')
  if (parsed.username !== '' || parsed.password !== '')
    throw new ReleaseInvalidError('/target/url', 'An address carries no name and password; declare the credential instead.')
  if (parsed.hash !== '') throw new ReleaseInvalidError('/target/url', 'An address that requests go to has no fragment.')
}

/** Tools and prompts go by the same kind of name, and both are listed with the connector's short name before it. */
function checkName(slug: string, name: string, at: string, what: 'tool' | 'prompt'): void {
  if (!TOOL_NAME.test(name))
    throw new ReleaseInvalidError(
      `${at}/name`,
      `A ${what} name has 1 to 64 letters, digits, underscores, dots and dashes, which is what assistants accept.`,
    )
  const room = MAX_TOOL_NAME - slug.length - 1
  if (name.length > room)
    throw new ReleaseInvalidError(
      `${at}/name`,
      `Assistants see "${slug}_${name}", which is longer than ${MAX_TOOL_NAME} characters. Shorten the ${what}'s name to ${room}, or the connector's.`,
    )
}

function checkTool(slug: string, tool: ReleaseTool, at: string): void {
  checkName(slug, tool.name, at, 'tool')
  if (tool.description.length > MAX_DESCRIPTION)
    throw new ReleaseInvalidError(`${at}/description`, `A description has at most ${MAX_DESCRIPTION} characters.`)
  if (tool.title !== undefined && tool.title.length > MAX_TITLE)
    throw new ReleaseInvalidError(`${at}/title`, `A title has at most ${MAX_TITLE} characters.`)
  checkSchema(tool.inputSchema, `${at}/inputSchema`, 'object')
  if (tool.outputSchema !== undefined) checkSchema(tool.outputSchema, `${at}/outputSchema`, 'any')
  if (tool.answerSchema !== undefined) checkSchema(tool.answerSchema, `${at}/answerSchema`, 'any')
}
