import { lstatSync, readFileSync } from 'node:fs'
import { addKeyToFile, type MasterKeys, masterKeysFromFile, parseMasterKeys } from '../sealing/index.ts'
import type { HeldKey, KeySource, SourceKind } from './key-source.ts'
import { KeyNotMadeHereError } from './keys-errors.ts'

function held(keys: MasterKeys, source: SourceKind): readonly HeldKey[] {
  return [...keys.byId.values()].map((key) => ({ key, source, wrapped: null }))
}

/**
 * The key file; made at the first start. It is read again whenever keys are looked at, so that a key can be added while everything runs.
 * @throws MasterKeyMalformedError
 */
export function fileSource(file: string): KeySource {
  masterKeysFromFile(file)
  return {
    kind: 'file',
    trouble: null,
    load: async () => held(parseMasterKeys(readFileSync(file, 'utf8')), 'file'),
    make: async () => {
      // A mounted secret is a link into a volume; replacing the link would cut it off from what mounts it.
      if (lstatSync(file).isSymbolicLink()) throw new KeyNotMadeHereError('The key file is a link to another one.')
      try {
        return { key: addKeyToFile(file), source: 'file', wrapped: null }
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') throw new KeyNotMadeHereError('The key file cannot be written from here.')
        throw error
      }
    },
  }
}

/** Keys that came with the environment: they cannot change while the process runs. @throws MasterKeyMalformedError */
export function environmentSource(text: string): KeySource {
  const keys = held(parseMasterKeys(text), 'environment')
  return {
    kind: 'environment',
    trouble: null,
    load: async () => keys,
    make: () => Promise.reject(new KeyNotMadeHereError('The master keys come from the environment.')),
  }
}
