import { phrases } from '../engine/phrases.ts'
import { phraseRule } from '../engine/text-rule.ts'

export const commandsAssistant = phraseRule({
  id: 'commands-assistant',
  severity: 'warns',
  clause: '2e-i',
  title: 'Commands about how the assistant talks to the person',
  remedy: {
    who: 'developer',
    what: 'Describe the tool and leave the conversation to the assistant. What matters about an answer belongs in its output schema.',
  },
  source: 'Microsoft certification of connectors; OpenAI app guidelines',
  where: 'definition',
  says: phrases(
    'if|when the user|customer|human says|asks|wants ..6 say|reply|respond|answer|tell',
    'answer|respond|reply only? in bold|capitals|uppercase|rhyme|character',
    'you must|should|will always|never|only? say|respond|reply|answer|tell|claim|pretend|recommend',
    'always say|respond|reply|tell|recommend|claim ..2 user|users|that|with|in',
    'do|must not print|display|output|echo this|these|the instruction*|prompt|description|message',
    'pretend|act|behave to? be|as|like a|an|the? user|admin|administrator|developer|human|different|system',
    'you are now|henceforth a|an|the|in',
    'from now on you|always|never|only|all|respond|answer',
    'new instructions',
    'you|must|should|always start|begin|end|prefix your|the? response|answer|reply|message',
    'llm|assistant|agent|agents ..4 must|shall not|never|always? analyze|analyse|implement|validate|invoke|call|use|proceed|ask|wait|respond|reply|answer|tell|show|display|acknowledge|start|follow',
    'please tell|inform|remind|advise|warn the? user|users',
    'tell|instruct|advise|remind the user|users to|that',
    'not ask|prompt|consult the user|users',
    'not automatically? run|invoke|call|use|execute any? other|additional|further ..1 tool|tools',
    'persuade|convince|encourage|urge|manipulate|pressure the|your? user|users|customer|human',
    'antworte|antworten immer|nur|ausschließlich|stets ..2 mit|auf|in',
    'réponds|répondez toujours|uniquement|exclusivement',
    'responde|responda siempre|únicamente|solamente',
  ),
  means: 'commands the assistant instead of saying what the tool does.',
})
