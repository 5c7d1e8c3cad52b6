import { phrases } from '../engine/phrases.ts'
import { phraseRule } from '../engine/text-rule.ts'

export const pressure = phraseRule({
  id: 'pressure',
  severity: 'warns',
  clause: '2e-ii',
  title: 'Threats and false urgency',
  remedy: { who: 'developer', what: 'Say what happens, without threat. If something really fails when a step is left out, say which error comes.' },
  source: 'OpenAI app guidelines; Anthropic directory policy 2',
  says: phrases(
    'act now|immediately|fast',
    'act|respond|reply|confirm|verify|pay now|immediately or|before|to avoid|else',
    'your|the account|access|session|subscription|data|license will|is|has been|be? suspended|terminated|closed|locked|deleted|blocked|expired|revoked unless|if|immediately|within',
    'final|last warning|notice|chance|opportunity',
    'urgent|urgently action|attention|request|response required|needed|necessary',
    'you|user|users|assistant will be penalized|penalised|punished|fired|shut|held|fined|liable',
    'failure to comply|do|use|call|follow ..3 will|may result|lead|cause',
    'someone|people|lives|users will|could|may die|suffer|be harmed',
    'limited time offer|only|deal',
    'hurry|offer ends|expires soon|today|now',
    'sofort handeln|bestätigen|reagieren',
    'ihr|dein konto wird|wurde ..2 gesperrt|geschlossen|gelöscht',
    'agissez immédiatement|maintenant|vite',
    'votre|ton compte sera|est ..1 suspendu|fermé|bloqué|supprimé',
    'actúe|actúa ahora|inmediatamente|ya',
    'su|tu cuenta será|ha ..2 suspendida|cerrada|bloqueada|eliminada',
  ),
  means: 'puts pressure on whoever reads it.',
})
