import { wordsIn } from './parameters.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

const READS = words(
  'get list search find read fetch show describe view check query lookup count browse is has explain preview validate verify compare analyze analyse calculate ' +
    'compute convert estimate inspect summarize summarise resolve retrieve download load scan detect translate parse render diff watch monitor test ping lint',
)
const CHANGES = words(
  'create add update edit set write send post put insert upsert modify change rename move copy upload publish assign invite book reserve order buy pay submit ' +
    'schedule merge close reopen enable disable approve reject comment reply forward append push commit deploy install register save store subscribe unsubscribe ' +
    'transfer trigger attach detach mark archive unarchive lock unlock fork star grant patch replace import sync',
)
const DESTROYS = words('delete remove drop purge destroy erase wipe truncate revoke cancel terminate uninstall kill ban overwrite reset clear')

export type VerbKind = 'read' | 'change' | 'destroy'

export function verbKind(word: string): VerbKind | null {
  if (DESTROYS.has(word)) return 'destroy'
  if (CHANGES.has(word)) return 'change'
  return READS.has(word) ? 'read' : null
}

/** Words that are things as often as verbs: `invite_resolve` resolves one. */
const THINGS = words(
  'invite book order post comment reply schedule commit store archive patch copy trade star mark set import register move pay sync merge deploy install ' +
    'fork lock transfer upload',
)
/** Of these, what stands before a word of `ABOUT` is a thing: `order_status`. Not `set`, `mark` or `post`: `set_status` sets it. */
const HELD = words('invite book order schedule commit store archive patch trade import sync merge deploy install fork transfer upload')
const ABOUT = words('status state detail details info history stats statistics metrics overview summary log logs progress guide preview options')

/**
 * What the name of a tool says that it does. The verb comes first (`delete_issue`), or last where no word before it is one (`issue_delete`);
 * `get_deleted_items` and `list_send_logs` read. Null: the name does not say.
 */
export function verbOf(name: string): { readonly verb: string; readonly kind: VerbKind } | null {
  const all = wordsIn(name)
  const last = all.length - 1
  const first = all.findIndex((word, at) => verbKind(word) !== null && !(at < last && THINGS.has(word) && verbKind(all[last] ?? '') !== null))
  const verb = all[first]
  if (verb === undefined || (first > 1 && first < last)) return null
  if (first === last - 1 && HELD.has(verb) && ABOUT.has(all[last] ?? '')) return null
  const kind = verbKind(verb)
  return kind === null ? null : { verb, kind }
}
