import { type LockedPackage, lockedPackages } from './lockfile.ts'

type Wanting = LockedPackage & Readonly<Record<'optionalDependencies' | 'peerDependencies', Readonly<Record<string, string>> | undefined>>

/**
 * The packages that these dependencies of the server bring, themselves among them, by their places below the repository, at the versions that were
 * tested.
 */
export function reachedPackages(names: readonly string[]): ReadonlyMap<string, LockedPackage> {
  const all = lockedPackages() as ReadonlyMap<string, Wanting>
  const reached = new Map<string, LockedPackage>()
  const visit = (from: string, name: string, optional: boolean): void => {
    const place = locate(all, from, name)
    const found = place === undefined ? undefined : all.get(place)
    if (place === undefined || found === undefined) {
      if (optional) return
      throw new Error(`${from} needs ${name}, which is not in the lock file`)
    }
    if (reached.has(place)) return
    reached.set(place, found)
    for (const next of Object.keys(found.dependencies ?? {})) visit(place, next, false)
    for (const next of Object.keys({ ...found.optionalDependencies, ...found.peerDependencies })) visit(place, next, true)
  }
  for (const name of names) visit('server', name, false)
  return reached
}

/** Where Node finds a package: in the nearest node_modules on the way up. */
function locate(all: ReadonlyMap<string, LockedPackage>, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (!at.endsWith('node_modules') && all.has(place)) return place
    if (at === '') return undefined
  }
}
