import { type ClauseId, clauses, type TermsPack, termsPack } from '@handfast/contract'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { Json } from '../../lib/index.ts'
import { operatorSlots, slotsIn } from './slots.ts'

/** Something in a pack that has to be changed before it can be used, and where. Lines and columns count from 1. */
export type PackProblem = { readonly line: number; readonly column: number; readonly path: string; readonly message: string }

export type ReadPack =
  | { readonly pack: TermsPack; readonly problems: readonly [] }
  | { readonly pack: null; readonly problems: readonly PackProblem[] }

type Path = readonly (string | number)[]
type Trouble = { readonly path: Path; readonly message: string }

/** Longest pack, in characters: a pack is a text that people read. */
const LONGEST = 2_000_000

/**
 * Reads a pack from YAML and says all that is wrong with it, in the order in which it stands in the file.
 * @param controls ids of the controls of the running code; a pack that names others promises what nothing keeps. Null: not looked at
 */
export function readPack(text: string, controls: ReadonlySet<string> | null): ReadPack {
  if (text.length > LONGEST) return refused([{ line: 1, column: 1, path: '', message: `A pack has at most ${LONGEST} characters.` }])
  const lines = new LineCounter()
  const document = parseDocument(text, { version: '1.2', schema: 'core', merge: false, lineCounter: lines, maxAliasCount: 0 } as object)
  if (document.errors.length > 0) {
    return refused(
      document.errors.map(({ pos, message }) => {
        const { line, col } = lines.linePos(pos[0])
        return { line, column: col, path: '', message: message.split('\n')[0] ?? message }
      }),
    )
  }
  const at = ({ path, message }: Trouble): PackProblem => ({ ...positionOf(document, lines, path), path: path.join('.'), message })
  const written = toValue(document)
  if (written === undefined) return refused([{ line: 1, column: 1, path: '', message: 'Aliases are not read in a pack. Write the text out.' }])
  const parsed = termsPack.safeParse(written)
  if (!parsed.success) {
    return refused(parsed.error.issues.flatMap(troublesOf).map(at))
  }
  const problems = [...placement(parsed.data), ...openSlots(parsed.data), ...untranslated(parsed.data), ...unknownControls(parsed.data, controls)]
  return problems.length === 0 ? { pack: parsed.data, problems: [] } : refused(problems.map(at))
}

function refused(problems: readonly PackProblem[]): ReadPack {
  const seen = new Set<string>()
  const distinct = problems.filter(({ line, column, message }) => {
    const key = `${line}:${column} ${message}`
    return !seen.has(key) && seen.add(key)
  })
  return { pack: null, problems: distinct.toSorted((a, b) => a.line - b.line || a.column - b.column) }
}

function toValue(document: Document): Json | undefined {
  try {
    return document.toJS({ maxAliasCount: 0 }) as Json
  } catch {
    return undefined
  }
}

/** Where the value stands, or the nearest thing around it that is there. */
function positionOf(document: Document, lines: LineCounter, path: Path): { readonly line: number; readonly column: number } {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) {
      const { line, col } = lines.linePos(node.range[0])
      return { line, column: col }
    }
  }
  return { line: 1, column: 1 }
}

/** Says in our words what the shape cannot say: which clause is missing, and which word is not known. */
function troublesOf(issue: z.core.$ZodIssue): readonly Trouble[] {
  const path = issue.path as Path
  const clause = path[0] === 'clauses' && path.length === 2 ? String(path[1]) : null
  if (issue.code === 'unrecognized_keys') {
    const kind = path.length === 1 && path[0] === 'clauses' ? 'clause' : 'field'
    return issue.keys.map((key) => ({ path: [...path, key], message: `There is no ${kind} ${key}.` }))
  }
  if (clause !== null && issue.code === 'invalid_type' && issue.input === undefined)
    return [{ path, message: `The pack lacks the clause ${clause}.` }]
  return [{ path, message: issue.message }]
}

/** Every clause stands in exactly one document, and the documents are told apart. */
function placement({ documents }: TermsPack): readonly Trouble[] {
  const troubles: Trouble[] = []
  const names = new Set<string>()
  const placed = new Set<ClauseId>()
  for (const [index, { document, sections }] of documents.entries()) {
    if (names.has(document)) troubles.push({ path: ['documents', index, 'document'], message: `There are two documents called ${document}.` })
    names.add(document)
    for (const [number, section] of sections.entries()) {
      const here: Path = ['documents', index, 'sections', number]
      if (section.text === undefined && (section.clauses ?? []).length === 0)
        troubles.push({ path: here, message: 'This section is empty. Give it a text or clauses.' })
      for (const [place, id] of (section.clauses ?? []).entries()) {
        if (placed.has(id)) troubles.push({ path: [...here, 'clauses', place], message: `The clause ${id} stands in the documents twice.` })
        placed.add(id)
      }
    }
  }
  if (!names.has('terms')) troubles.push({ path: ['documents'], message: 'One of the documents has to be called terms.' })
  const left = (Object.keys(clauses) as ClauseId[]).filter((id) => !placed.has(id))
  return [...troubles, ...left.map((id) => ({ path: ['clauses', id], message: `The clause ${id} stands in none of the documents.` }))]
}

function openSlots(pack: TermsPack): readonly Trouble[] {
  const known = new Set([...operatorSlots, ...Object.keys(pack.slots)])
  return textsOf(pack).flatMap(({ path, text }) =>
    slotsIn(text)
      .filter((slot) => !known.has(slot))
      .map((slot) => ({ path, message: `Nothing fills {{${slot}}}. There are ${[...known].join(', ')}.` })),
  )
}

function* texts(pack: TermsPack): Generator<{ readonly path: Path; readonly text: string }> {
  const documents = [
    { path: [] as Path, list: pack.documents.map((one, index) => [['documents', index] as Path, one] as const) },
    ...Object.entries(pack.translations).map(([language, { documents: list }]) => ({
      path: ['translations', language] as Path,
      list: Object.entries(list).map(([name, one]) => [['documents', name] as Path, one] as const),
    })),
  ]
  for (const { path, list } of documents) {
    for (const [place, { preamble, sections }] of list) {
      if (preamble !== undefined) yield { path: [...path, ...place, 'preamble'], text: preamble }
      for (const [number, { text }] of sections.entries())
        if (text !== undefined) yield { path: [...path, ...place, 'sections', number, 'text'], text }
    }
  }
  for (const [id, { text }] of Object.entries(pack.clauses)) yield { path: ['clauses', id, 'text'], text }
  for (const [language, { clauses: translated }] of Object.entries(pack.translations)) {
    for (const [id, one] of Object.entries(translated)) yield { path: ['translations', language, 'clauses', id, 'text'], text: one.text }
  }
}

function textsOf(pack: TermsPack) {
  return [...texts(pack)]
}

/** A translation that leaves something out would let people read less than they agree to. */
function untranslated({ language: own, documents, translations }: TermsPack): readonly Trouble[] {
  if (translations[own] !== undefined) return [{ path: ['translations', own], message: `The pack is in ${own} itself. Leave that translation out.` }]
  return Object.entries(translations).flatMap(([language, translation]) =>
    Object.entries(translation.documents).flatMap(([name, translated]): readonly Trouble[] => {
      const path: Path = ['translations', language, 'documents', name]
      const original = documents.find(({ document }) => document === name)
      if (original === undefined) return [{ path, message: `There is no document called ${name}.` }]
      const shorter = translated.sections.flatMap(({ text }, index) =>
        index >= original.sections.length || (text === undefined) === (original.sections[index]?.text === undefined) ? [] : [index],
      )
      const lacking = original.sections.flatMap((section) => section.clauses ?? []).filter((id) => translation.clauses[id] === undefined)
      const count = original.sections.length
      return [
        ...(count === translated.sections.length
          ? []
          : [{ path: [...path, 'sections'], message: `The document has ${count} sections; its translation needs as many.` }]),
        ...((original.preamble === undefined) === (translated.preamble === undefined)
          ? []
          : [{ path, message: 'The preamble has to be translated as well.' }]),
        ...shorter.map((index) => ({
          path: [...path, 'sections', index],
          message: 'The text of this section has to be there in both languages or in none.',
        })),
        ...lacking.map((id) => ({ path: ['translations', language, 'clauses'], message: `The clause ${id} is not translated.` })),
      ]
    }),
  )
}

function unknownControls({ clauses: given }: TermsPack, controls: ReadonlySet<string> | null): readonly Trouble[] {
  return Object.entries(given).flatMap(([id, { controls: named = {} }]) =>
    Object.keys(named)
      .filter((control) => controls !== null && !controls.has(control))
      .map((control) => ({ path: ['clauses', id, 'controls', control], message: `There is no control ${control} in this release.` })),
  )
}
