/** One part of an export: a value, or the members of a list one after the other. It is asked for when its turn comes. */
export type ExportPart = () => Promise<unknown> | AsyncIterable<unknown>

/** JSON text of an object with these parts, in pieces: what a person has is never in memory all at once. */
export async function* exportText(parts: Readonly<Record<string, ExportPart>>): AsyncGenerator<string, void, undefined> {
  let first = true
  for (const [name, part] of Object.entries(parts)) {
    yield `${first ? '{' : ','}\n${JSON.stringify(name)}:`
    first = false
    const given = part()
    if (!(Symbol.asyncIterator in given)) {
      yield JSON.stringify((await given) ?? null)
      continue
    }
    let empty = true
    for await (const member of given) {
      yield `${empty ? '[' : ','}\n${JSON.stringify(member)}`
      empty = false
    }
    yield empty ? '[]' : '\n]'
  }
  yield first ? '{}\n' : '\n}\n'
}
