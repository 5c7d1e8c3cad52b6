import type { EffectWord } from '@handfast/contract'

const words: Readonly<Record<EffectWord, string>> = { read: 'Reads', change: 'Changes', destroy: 'Can destroy' }

/** What a tool does to the world, as the review decided it. Nothing is known of a tool that the connector no longer has. */
export function Effect({ effect }: { readonly effect: EffectWord | null }) {
  if (effect === null) return <span className="chip plain">No longer offered</span>
  return <span className={`effect ${effect}`}>{words[effect]}</span>
}
