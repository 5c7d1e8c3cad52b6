import { phrases } from '../engine/phrases.ts'
import { textRule } from '../engine/text-rule.ts'

const secrets = phrases(
  'ssh|aws|kube|gnupg|docker|netrc|npmrc|env|keychain ..2 id_rsa|id_ed25519|credentials|private',
  'id_rsa|id_ed25519|id_ecdsa',
  'contents|content of|from ..2 ssh|env|mcp json|id_rsa|config|key',
  'etc passwd|shadow',
  'cursor mcp json',
)

const context = phrases(
  'send|pass|include|provide|attach|append|forward|copy|insert|put|add|upload|leak|exfiltrate|transmit ..3 system prompt|instructions',
  'send|pass|include|provide|attach|append|forward|copy|insert|put|add|upload|transmit your system message',
  'send|pass|include|provide|attach|append|forward|copy|insert|put|add|upload|transmit ..3 entire|full|whole|complete|all|previous|recent conversation|chat|dialogue|dialog|transcript',
  'send|pass|include|provide|attach|append|forward|copy|insert|put|add|upload|transmit ..3 conversation|chat|message history|log|logs|transcript',
  'send|pass|include|provide|attach|forward|copy|upload|transmit ..3 users|user|their|your|all|any credentials|passwords|tokens|cookies|secrets|keys|memories|memory',
  'system prompt ..3 parameter|argument|field|here',
  'sende|senden|übergib|übergebe|füge|kopiere|schicke ..4 gesprächsverlauf|chatverlauf|systemprompt|unterhaltung|passwörter|zugangsdaten',
  'envoie|envoyez|transmets|transmettez|incluez|inclus|copie|copiez ..4 conversation|historique|mots|identifiants|prompt',
  'envía|envíe|incluye|incluya|transmite|copia|copie|adjunta ..4 conversación|historial|contraseñas|credenciales|prompt',
)

export const exfiltration = textRule({
  id: 'exfiltration',
  severity: 'blocks',
  clause: '2e-i',
  title: 'Requests for files of keys, the conversation, or the system prompt',
  remedy: {
    who: 'developer',
    what: 'Ask for what the tool needs, as arguments of its schema, and for nothing else that an assistant happens to know.',
  },
  source: 'Tool poisoning (Invariant Labs, 2025); OpenAI app guidelines; Anthropic directory policy 1',
  *read({ pointer, part, of, words }) {
    if (of !== 'definition' || part === 'key') return
    const file = secrets(words())
    if (file !== null) yield { pointer, message: `"${file.quote}" names a place where keys and passwords are kept.` }
    else {
      const found = context(words())
      if (found !== null)
        yield {
          pointer,
          severity: 'warns',
          message: `"${found.quote}" asks for more than the tool's own arguments: what the assistant knows besides.`,
        }
    }
  },
})
