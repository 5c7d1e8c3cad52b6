import type { ToolValidator } from '../../directory/index.ts'
import { isObject } from '../../lib/index.ts'
import { type Checked, gain, type Permitted } from '../call.ts'
import { InvalidArgumentsError } from '../gateway-errors.ts'

/** What is asked for was found in the reviewed release, and nothing else goes out. */
const found: ToolValidator = { input: () => null, output: null }
const MAX_ARGUMENT = 64 * 1024

/** The same for what is no call of a tool. @throws InvalidArgumentsError */
export function checkOther(call: Permitted): Checked {
  const params = call.other?.params ?? {}
  if (call.other?.method === 'prompts/get') checkPrompt(call)
  return gain(call, { validator: found, argumentsText: JSON.stringify(params) })
}

/** Arguments of prompts are texts, and only those that the reviewed prompt declares. */
function checkPrompt({ other, release }: Permitted): void {
  const { name, arguments: given } = other?.params ?? {}
  const declared = release.content.prompts?.find((prompt) => prompt.name === name)?.arguments ?? []
  const args = isObject(given) ? given : {}
  for (const [key, value] of Object.entries(args)) {
    if (!declared.some((argument) => argument.name === key)) throw new InvalidArgumentsError(`/${key}`, 'is no argument of this prompt')
    if (typeof value !== 'string' || value.length > MAX_ARGUMENT)
      throw new InvalidArgumentsError(`/${key}`, `has to be a text of at most ${MAX_ARGUMENT} characters`)
  }
  for (const argument of declared)
    if (argument.required === true && args[argument.name] === undefined) throw new InvalidArgumentsError(`/${argument.name}`, 'is needed')
}
