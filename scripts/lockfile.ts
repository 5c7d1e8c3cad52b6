import { readFileSync } from 'node:fs'
import { repository } from './steps.ts'

export type LockedPackage = {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly optional?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The packages of package-lock.json by their place below the repository; our own are those outside of node_modules. */
export function lockedPackages(): ReadonlyMap<string, LockedPackage> {
  const { packages } = JSON.parse(readFileSync(`${repository}package-lock.json`, 'utf8')) as { packages: Record<string, LockedPackage> }
  return new Map(Object.entries(packages))
}

/** Places of the packages that somebody who installs Handfast gets: not those that only build or test it. */
export function shippedPackages(): readonly string[] {
  return [...lockedPackages()]
    .filter(([place, { link, dev }]) => place.includes('node_modules/') && link !== true && dev !== true)
    .map(([place]) => place)
}
