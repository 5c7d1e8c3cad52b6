import { phrases } from '../engine/phrases.ts'
import { phraseRule } from '../engine/text-rule.ts'

export const outsideInstructions = phraseRule({
  id: 'outside-instructions',
  severity: 'blocks',
  clause: '2e-i',
  title: 'Instructions that are fetched from elsewhere',
  remedy: { who: 'developer', what: 'Write what an assistant has to know into the description, where it is reviewed.' },
  source: 'Anthropic directory policy 2',
  where: 'definition',
  says: phrases(
    'follow|obey|execute|apply|adopt ..3 instructions|directives|commands|orders ..2 at|from|found|located|hosted|returned|contained http|https|url|website|page|file|response|answer|output|that',
    'fetch|download|load|retrieve|read|get ..3 latest|current|updated|new|further|additional instructions|prompt|directives from|at|before',
    'treat|consider ..4 response|output|answer|result|content ..1 as ..1 instructions|commands|system|prompt',
    'befolge|befolgen|folge ..2 anweisungen|instruktionen ..2 unter|von|auf|aus http|https|url|webseite|seite|antwort',
    'suis|suivez ..2 instructions|consignes ..2 à|de|sur|depuis http|https|lurl|ladresse|site|réponse',
    'sigue|siga ..2 instrucciones ..2 en|de|desde http|https|la url|dirección|sitio|respuesta',
  ),
  means: 'makes the assistant obey words that nobody reviews.',
})
