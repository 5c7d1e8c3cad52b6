import { type LockedPackage, lockedPackages } from './lockfile.ts'

type Wanting = LockedPackage & Readonly<Record<'optionalDependencies' | 'peerDependencies', Readonly<Record<string, string>> | undefined>>

/**
 * What the published package needs, at the versions that were tested: the part of the repository's lock file that is reached from the server's
 * own dependencies, as the content of an `npm-shrinkwrap.json`.
 * @param about fields of the published package that its lock file repeats
 */
export function shippedLock(about: {
  readonly name: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
}): object {
  const all = lockedPackages() as ReadonlyMap<string, Wanting>
  const reached = new Map<string, Wanting>()
  const visit = (from: string, place: string): void => {
    const found = all.get(place)
    if (found === undefined) throw new Error(`${place} is not in the lock file`)
    if (from !== '') {
      if (reached.has(place)) return
      reached.set(place, found)
    }
    const required = Object.keys({ ...found.dependencies, ...found.optionalDependencies })
    const beside = Object.keys(found.peerDependencies ?? {}).filter((name) => locate(all, place, name) !== undefined)
    for (const name of [...required, ...beside]) {
      const next = locate(all, place, name)
      if (next !== undefined) visit(place, next)
      else if (found.optionalDependencies?.[name] === undefined) throw new Error(`${place} needs ${name}, which is not in the lock file`)
    }
  }
  visit('', 'server')
  const packages = [...reached].map(([place, entry]) => [place.replace(/^server\//, ''), withoutReasons(entry)] as const)
  return {
    name: about.name,
    version: about.version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': about, ...Object.fromEntries(packages.toSorted(([a], [b]) => (a < b ? -1 : 1))) },
  }
}

/** Where Node finds a package: in the nearest node_modules on the way up. */
function locate(all: ReadonlyMap<string, LockedPackage>, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (!at.endsWith('node_modules') && all.has(place)) return place
    if (at === '') return undefined
  }
}

/** Why a package is in the repository does not hold for whoever installs ours. */
function withoutReasons(entry: Wanting): object {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => !['dev', 'devOptional', 'peer'].includes(field)))
}
