import { phrases } from '../engine/phrases.ts'
import { phraseRule } from '../engine/text-rule.ts'

export const steersChoice = phraseRule({
  id: 'steers-choice',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Words that push the assistant to choose this tool over others',
  remedy: { who: 'developer', what: 'Say what the tool is for. Whether it fits, the assistant and the person decide.' },
  source: 'OpenAI app guidelines; Anthropic directory policy 2',
  where: 'definition',
  says: phrases(
    'always use|prefer|choose|select|pick this|our tool|server|connector|function first|instead|over|before|whenever|for',
    'always use|prefer|choose|select|pick this|our tool|server|connector|function',
    'use|prefer|choose this|our tool|server|connector ..3 instead of|over any|all|every|other|another|the',
    'prefer|preferred this|our|it ..2 over any|all|every|other|another',
    'better|superior|faster than|to any|all|every? other|another|competing|builtin|native tool|tools|connector*|server*',
    'do|must not use any? other|another|different|builtin|native|alternative tool|tools|server*|connector*|search',
    'dont|never use any? other|another|different|builtin|built|native|alternative|fallback ..6 tool|tools|server*|connector*|search',
    'this|the tool|server|connector has|takes highest|higher|top|absolute priority|precedence',
    'verwende|nutze|benutze immer|stets|ausschließlich dieses werkzeug|tool|diese funktion',
    'utilise|utilisez|préfère|préférez toujours|exclusivement cet|cette|ce outil|fonction|connecteur',
    'usa|use|utiliza|utilice|prefiere siempre|exclusivamente esta|este herramienta|función|conector',
  ),
  means: 'tells the assistant what to prefer.',
})
