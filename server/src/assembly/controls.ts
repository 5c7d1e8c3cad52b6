import { controls as authorization } from '../authorization/index.ts'
import { controls as consent } from '../consent/index.ts'
import { controls as developers } from '../developers/index.ts'
import { controls as directory } from '../directory/index.ts'
import { controls as egress } from '../egress/index.ts'
import { controls as files } from '../files/index.ts'
import { controls as gateway } from '../gateway/index.ts'
import { controls as history } from '../history/index.ts'
import { controls as http } from '../http/index.ts'
import { incidentControls as incidents } from '../incidents/index.ts'
import { controls as jobs } from '../jobs/index.ts'
import { controls as keys } from '../keys/index.ts'
import { controls as ledger } from '../ledger/index.ts'
import type { Control } from '../lib/index.ts'
import { controls as lifecycle } from '../lifecycle/index.ts'
import { controls as limits } from '../limits/index.ts'
import { controls as links } from '../links/index.ts'
import { controls as notices } from '../notices/index.ts'
import { controls as people } from '../people/index.ts'
import { controls as review, ruleControls as reviewRules } from '../review/index.ts'
import { controls as sealing } from '../sealing/index.ts'
import { controls as telemetry } from '../telemetry/index.ts'
import { controls as terms } from '../terms/index.ts'
import { controls as upstream } from '../upstream/index.ts'
import { controls as vault } from '../vault/index.ts'

/** What every room of the running code does because the terms say so, room by room. A room that keeps a clause exports its own list. */
const ofRooms: readonly (readonly Control[])[] = [
  authorization,
  consent,
  developers,
  directory,
  egress,
  files,
  gateway,
  history,
  http,
  incidents,
  jobs,
  keys,
  ledger,
  lifecycle,
  limits,
  links,
  notices,
  people,
  review,
  reviewRules,
  sealing,
  telemetry,
  terms,
  upstream,
  vault,
]

export const allControls: readonly Control[] = ofRooms.flat()
export const controlIds: ReadonlySet<string> = new Set(allControls.map(({ id }) => id))
