import { admitted } from './api-callers.ts'
import type { Operation } from './described.ts'

/** Those whom the document lets in; where it lets everybody in, those who have things here more often. */
export function likely(operation: Operation): readonly string[] {
  const may = admitted(operation)
  // Whoever has nothing here: others would be gone with all that is theirs.
  if (operation.path === '/api/v1/me/erase') return ['session of auditor']
  const owning = may.filter((one) => one === 'session of user' || one === 'session of developer' || one === 'session of operator')
  return [...may, ...owning, ...owning]
}

export function shapeOf(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '{}')
}

/** What has to be done before something else can be. */
const follows: Readonly<Record<string, string>> = { reinstate: 'suspend', resume: 'pause', 'allow-listing': 'refuse-listing', answer: 'appeal' }

/**
 * Where in the API the innermost value of an address could have been told: there, if it can be done again, at what that follows, and at what it lies under.
 */
export function placesOf({ method, path }: Operation): readonly string[] {
  const parts = shapeOf(path).split('/')
  const before = follows[parts.at(-1) ?? '']
  const under = parts.slice(4).map((_, index) => parts.slice(0, parts.length - 1 - index).join('/'))
  return [...(before === undefined ? [] : [[...parts.slice(0, -1), before].join('/')]), ...(method === 'POST' ? [] : [shapeOf(path)]), ...under]
}

/** A session and a token of one role are one person's. */
export function personOf(as: string): string {
  return as.split(' of ')[1] ?? as
}

/** The address with these values in it. */
export function addressOf(path: string, values: Readonly<Record<string, unknown>>, query: Readonly<Record<string, unknown>>): string {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, asText(value)])).toString()
  const shown = (name: string) => encodeURIComponent(asText(Object.hasOwn(values, name) ? values[name] : 'x')) || '%20'
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(name))
  return text === '' ? address : `${address}?${text}`
}

export function asText(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed()
}
