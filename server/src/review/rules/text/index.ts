import type { Rule } from '../engine/rule.ts'
import { commandsAssistant } from './commands-assistant.ts'
import { credentialsInText } from './credentials-in-text.ts'
import { emoji } from './emoji.ts'
import { encodedText } from './encoded-text.ts'
import { endorsement } from './endorsement.ts'
import { exfiltration } from './exfiltration.ts'
import { hiddenCharacters } from './hidden-characters.ts'
import { hiddenMarkup } from './hidden-markup.ts'
import { leakingLinks } from './leaking-links.ts'
import { mixedScripts } from './mixed-scripts.ts'
import { outsideInstructions } from './outside-instructions.ts'
import { overrideInstructions } from './override-instructions.ts'
import { pressure } from './pressure.ts'
import { promotions } from './promotions.ts'
import { readsMemory } from './reads-memory.ts'
import { roleMarkers } from './role-markers.ts'
import { schemaProse } from './schema-prose.ts'
import { scriptAddresses } from './script-addresses.ts'
import { secrecyDemands } from './secrecy-demands.ts'
import { steersChoice } from './steers-choice.ts'
import { superlatives } from './superlatives.ts'
import { suspiciousLinks } from './suspicious-links.ts'
import { textLength } from './text-length.ts'

/** What words try to do to people and assistants. */
export const textRules: readonly Rule[] = [
  hiddenCharacters,
  overrideInstructions,
  secrecyDemands,
  exfiltration,
  outsideInstructions,
  roleMarkers,
  credentialsInText,
  leakingLinks,
  scriptAddresses,
  hiddenMarkup,
  textLength,
  mixedScripts,
  commandsAssistant,
  steersChoice,
  readsMemory,
  pressure,
  endorsement,
  encodedText,
  schemaProse,
  suspiciousLinks,
  superlatives,
  promotions,
  emoji,
]
