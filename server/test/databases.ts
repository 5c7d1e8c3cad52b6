import { migrate, type Place } from '../src/storage/index.ts'
import { type Copy, copyOf, type Template } from './templates.ts'

/** A database of one's own, migrated, gone when disposed of. */
export type TestDatabase = AsyncDisposable & { readonly place: Place }
export type TestDatabaseKind = {
  readonly name: string
  readonly open: () => Promise<TestDatabase>
  /** A database that begins as this template is, with the template's files. Absent where a test brings a database of its own. */
  readonly openAs?: <Facts>(template: Template<Facts>) => Promise<TestDatabase & Copy<Facts>>
}

const migrated: Template = {
  name: 'migrated',
  make: async (place) => {
    await migrate(place)
    return null
  },
}

function kind(name: Place['kind']): TestDatabaseKind {
  const openAs = async <Facts>(template: Template<Facts>): Promise<TestDatabase & Copy<Facts>> => {
    const copy = await copyOf(name, template)
    return { ...copy, [Symbol.asyncDispose]: copy.remove }
  }
  return { name, open: () => openAs(migrated), openAs }
}

export const sqlite = kind('sqlite')

/** Every test that stores something runs on both. */
export const databases: readonly TestDatabaseKind[] = [sqlite, kind('postgres')]
