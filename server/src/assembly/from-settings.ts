import { readFileSync } from 'node:fs'
import type { Settings } from '../config/index.ts'
import type { AllowRule } from '../egress/index.ts'
import type { TransitUse } from '../keys/index.ts'
import { HOUR } from '../lib/index.ts'
import type { Place } from '../storage/index.ts'
import type { OperatorDetails } from '../terms/index.ts'

/** Where the data lives, by the settings. */
export function placeOf(settings: Settings): Place {
  return settings.databaseUrl === undefined ? { kind: 'sqlite', file: settings.databaseFile } : { kind: 'postgres', url: settings.databaseUrl }
}

/** How the transit engine that wraps the master keys is reached, where the settings name one. */
export function transitOf(settings: Settings): TransitUse | undefined {
  const {
    transitUrl: url,
    transitMount: mount,
    transitKey: key,
    transitNamespace: namespace,
    transitToken: token,
    transitTokenFile: tokenFile,
  } = settings
  if (url === undefined) return undefined
  const authority = settings.transitCaFile === undefined ? undefined : readFileSync(settings.transitCaFile, 'utf8')
  const cacheMs = settings.transitCacheHours * HOUR
  return { url: new URL(url).origin, mount, key, namespace, token, tokenFile, authority, cacheMs, opensOnly: settings.transitOpensOnly }
}

/** Who stands on the operator's side of the terms. */
export function operatorOf(settings: Settings): OperatorDetails {
  const { operatorName, operatorAddress, operatorLaw, operatorCourts, operatorNoticesTo, operatorEurope } = settings
  const elsewhere = { name: operatorName, address: operatorAddress, law: operatorLaw, courts: operatorCourts }
  const europe = operatorEurope ?? elsewhere
  return { noticesTo: operatorNoticesTo, europe, elsewhere }
}

const UNNAMED = 'The operator of this Handfast'

/** Names under which people know this installation and its operator: connectors may not pass for them. */
export function marksOf({ instanceName, operatorName, operatorEurope }: Settings): readonly string[] {
  const names = [instanceName, operatorName, ...(operatorEurope === undefined ? [] : [operatorEurope.name])]
  return [...new Set(names)].filter((name) => name !== UNNAMED)
}

/** What the settings open to connectors inside the network. */
export function toAllowRule({ name, host, ports }: Settings['allowInternal'][number]): AllowRule {
  return ports === undefined ? { name, host } : { name, host, ports }
}
