import type { ReleaseContent } from '@handfast/contract'

/** Every origin that calls of a release go to: the target's, and those of operations that live elsewhere. */
export function originsOf(content: ReleaseContent): readonly string[] {
  const others = content.tools.flatMap(({ operation }) => (operation?.server === undefined ? [] : [new URL(operation.server).origin]))
  return [...new Set([new URL(content.target.url).origin, ...others])]
}
