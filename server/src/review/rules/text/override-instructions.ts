import { phrases } from '../engine/phrases.ts'
import { phraseRule } from '../engine/text-rule.ts'

export const overrideInstructions = phraseRule({
  id: 'override-instructions',
  severity: 'blocks',
  clause: '2e-i',
  title: 'Words that set earlier instructions aside',
  remedy: {
    who: 'developer',
    what: 'Remove the sentence. A description says what a tool does, and tells an assistant nothing about its other instructions.',
  },
  source: 'OWASP LLM01 prompt injection; Anthropic directory policy 2; Microsoft certification',
  says: phrases(
    'ignore|disregard|forget|overlook|bypass|override all|any|every? of? the|your|these|my|its? previous|prior|earlier|preceding|above|former|existing|original|other instruction*|rules|guidelines|prompt|prompts|directions|commands|context|messages|restrictions',
    'ignore|disregard|forget|override your|the|all|any system? instructions|guidelines|prompt|safety|restrictions|training|policies',
    'ignore|disregard|forget|override system instructions|prompt|message',
    'ignore|disregard|forget everything|all|anything you|above|before|that ..2 told|said|above|before|learned',
    'new|updated|real system? instructions follow|are|below|supersede',
    'these|this|the instructions|message|tool|text supersede*|override* all|any|every|your|previous|other|system',
    'you are now|no ..2 longer|free|unrestricted|jailbroken|dan',
    'ignoriere|vergiss|missachte|ignorieren alle|sämtliche|jede? deine|die|diese|der|sie? vorherigen|bisherigen|früheren|obigen|vorigen|ursprünglichen anweisung*|regeln|vorgaben|instruktion*',
    'ignore|ignorez|oublie|oubliez toutes|tous? les|tes|vos|ces? instructions|consignes|règles|directives précédentes|antérieures|préalables|initiales|ci|précédent*',
    'ignora|ignore|olvida|olvide todas|todos|cualquier? las|los|tus|sus|estas? instrucciones|reglas|indicaciones|órdenes anteriores|previas|precedentes',
  ),
  means: 'sets other instructions aside.',
})
