import type { Directory } from '../../directory/index.ts'
import { type Checked, gain, type Permitted } from '../call.ts'
import { InvalidArgumentsError } from '../gateway-errors.ts'
import { checkOther } from './check-other.ts'

/**
 * Only what the reviewed schema declares goes out (clause 2b-minimum). The text written here is what is approved, committed to and sent.
 * @throws InvalidArgumentsError
 */
export async function check(call: Permitted, directory: Directory): Promise<Checked> {
  if (call.other !== undefined) return checkOther(call)
  const { principal, release, tool } = call
  const validator = directory.peekValidator(release.id, tool.name) ?? (await directory.validatorFor(principal.workspace, release.id, tool.name))
  const wrong = validator.input(call.arguments)
  if (wrong !== null) throw new InvalidArgumentsError(wrong.pointer, wrong.message)
  return gain(call, { validator, argumentsText: JSON.stringify(call.arguments) })
}
