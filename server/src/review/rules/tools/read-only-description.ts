import { toolRule } from '../engine/tool-rule.ts'
import { verbKind } from '../engine/verbs.ts'

/** Third person and other languages, in what descriptions begin with. */
const CHANGES =
  /^(?:(?:permanently|irreversibly|immediately)\s)?(?:creates?|deletes?|removes?|updates?|sends?|posts?|writes?|modifies|modify|cancels?|publishes|publish|uploads?|inserts?|drops|erases?|revokes?|löscht|erstellt|sendet|ändert|entfernt|supprime|crée|envoie|modifie|elimina|borra|crea|envía|modifica)\b/i

export const readOnlyDescription = toolRule({
  id: 'read-only-description',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Tools that say they only read, and are described otherwise',
  remedy: { who: 'developer', what: 'Take readOnlyHint back, or describe what the tool does. One of the two is wrong.' },
  source: 'Anthropic directory policy 2; OpenAI app review',
  *each({ name, description, effect, annotations }, at) {
    // What is computed from the arguments alone is "created" without anything being changed.
    if (effect !== 'read' || annotations?.openWorldHint === false) return
    const found = CHANGES.exec(description.slice(0, 200).trimStart())
    const first = found?.[0].toLowerCase() ?? ''
    // "Posts of a user": the same letters, another word.
    if (found === null || (/^(?:posts?|updates?)$/.test(first) && !/^\S+\s(?:an?|the|new|one|this)\b/i.test(description.trimStart()))) return
    if (verbKind(first) === 'read') return
    yield { pointer: `${at}/description`, message: `"${name}" says that it only reads, and its description begins with "${found[0].slice(0, 40)}".` }
  },
})
