import { existsSync } from 'node:fs'
import type { Clock } from '../lib/index.ts'
import type { KeySource } from './key-source.ts'
import { Keys, type KeysNeeds } from './keys.ts'
import { environmentSource, fileSource } from './plain-sources.ts'
import { TransitClient, type TransitSettings } from './transit-client.ts'
import { TransitSource } from './transit-source.ts'

export type KeySettings = {
  /** Keys as text, instead of the file. */
  readonly masterKey: string | undefined
  readonly masterKeyFile: string
  readonly transit: TransitUse | undefined
}

export type TransitUse = TransitSettings & {
  /** How long unwrapped keys are used without a word from the service. */
  readonly cacheMs: number
  /** The service opens what it wrapped and makes no new keys: the way back to a file. */
  readonly opensOnly: boolean
}

/** Where this node takes master keys from; the first source makes new ones. @throws MasterKeyMalformedError */
function sourcesOf({ masterKey, masterKeyFile, transit }: KeySettings, clock: Clock, client: TransitClient | null): readonly KeySource[] {
  const plain = () => (masterKey === undefined ? fileSource(masterKeyFile) : environmentSource(masterKey))
  if (transit === undefined || client === null) return [plain()]
  const service = new TransitSource(client, clock, transit.cacheMs)
  if (transit.opensOnly) return [plain(), service]
  // Keys from before the service open what they sealed. None is made for it.
  return masterKey !== undefined || existsSync(masterKeyFile) ? [service, plain()] : [service]
}

/** @throws MasterKeyMalformedError, KeyMissingError, KeysUnavailableError */
export async function openKeys(settings: KeySettings, needs: Omit<KeysNeeds, 'sources'>): Promise<Keys> {
  const client = settings.transit === undefined ? null : new TransitClient(settings.transit)
  const keys = new Keys({
    ...needs,
    sources: sourcesOf(settings, needs.clock, client),
    ...(client === null ? {} : { onClose: () => client.close() }),
  })
  try {
    await keys.open()
    return keys
  } catch (error) {
    await client?.close()
    throw error
  }
}
