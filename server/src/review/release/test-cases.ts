import type { Manifest, ReleaseContent } from '@handfast/contract'
import { ManifestInvalidError } from '../../directory/index.ts'
import { pointer } from '../../lib/index.ts'

/** Test cases name tools that there are, each case once. @throws ManifestInvalidError */
export function checkTests(tests: Manifest['tests'], content: ReleaseContent): void {
  const tools = new Set(content.tools.map(({ name }) => name))
  const names = new Set<string>()
  for (const [index, { name, tool }] of tests.entries()) {
    if (!tools.has(tool))
      throw new ManifestInvalidError(pointer('tests', index, 'tool'), `The connector has no tool called "${tool}", so this test cannot call it.`)
    if (names.has(name))
      throw new ManifestInvalidError(pointer('tests', index, 'name'), `Two tests are called "${name}". Give each a name of its own.`)
    names.add(name)
  }
}
