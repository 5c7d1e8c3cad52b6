import { phrases } from '../engine/phrases.ts'
import { phraseRule } from '../engine/text-rule.ts'

export const readsMemory = phraseRule({
  id: 'reads-memory',
  severity: 'warns',
  clause: '2b-minimum',
  title: "Reaching for the assistant's memory, chats or files of others",
  remedy: { who: 'developer', what: 'Ask for what the tool needs as an argument. What an assistant remembers of a person is not for connectors.' },
  source: 'Anthropic directory policy 1; OpenAI app guidelines',
  where: 'definition',
  says: phrases(
    'read|access|use|search|retrieve|check|look|query ..3 chat|conversation history|log',
    'your|assistants|models|users saved? memories',
    'from|in|using your memory|context|conversation ..4 about|of the? user|person',
    'uploaded|attached|shared files|documents|images in the|this conversation|chat',
    'everything|anything|all you|the assistant|model know|knows|remember|remembers',
    'conversation|chat so far',
  ),
  means: 'reaches for what the assistant knows of the person, beyond this call.',
})
