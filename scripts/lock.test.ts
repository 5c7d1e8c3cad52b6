import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lockedPackages } from './lockfile.ts'
import { repository } from './steps.ts'

const workspaces = (JSON.parse(readFileSync(`${repository}package.json`, 'utf8')) as { workspaces: readonly string[] }).workspaces
const packages = [...lockedPackages()]

describe('the lock file', () => {
  it('names no address to download from: whoever installs uses the registry of their own choice', () => {
    const addresses = packages.filter(([, { resolved, link }]) => resolved !== undefined && !(link === true && workspaces.includes(resolved)))

    expect(addresses.map(([place, { resolved }]) => `${place}: ${resolved}`)).toEqual([])
  })

  it('holds every package from elsewhere to its digest', () => {
    const foreign = packages.filter(([place, { link }]) => place.includes('node_modules/') && link !== true)

    expect(foreign.length).toBeGreaterThan(100)
    expect(foreign.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([place]) => place)).toEqual([])
  })

  it('says what the package files say, so that npm ci installs', () => {
    const differing = ['', ...workspaces].flatMap((place) => {
      const file = JSON.parse(readFileSync(`${repository}${place === '' ? '' : `${place}/`}package.json`, 'utf8')) as Record<
        string,
        object | undefined
      >
      const locked = lockedPackages().get(place) as Record<string, object | undefined> | undefined
      return ['dependencies', 'devDependencies']
        .filter((field) => JSON.stringify(sorted(file[field])) !== JSON.stringify(sorted(locked?.[field])))
        .map((field) => `${place || '.'}: ${field}`)
    })

    expect(differing).toEqual([])
  })

  it('has every direct dependency at one exact version', () => {
    const loose = ['', ...workspaces].flatMap((place) => {
      const { dependencies = {}, devDependencies = {} } = (lockedPackages().get(place) ?? {}) as Record<string, Record<string, string>>
      return Object.entries({ ...dependencies, ...devDependencies }).filter(
        ([name, version]) => !name.startsWith('@handfast/') && !/^\d+\.\d+\.\d+/.test(version),
      )
    })

    expect(loose).toEqual([])
  })
})

describe('an installation', () => {
  it('runs no scripts of the packages that it installs', () => {
    expect(readFileSync(`${repository}.npmrc`, 'utf8').split('\n')).toContain('ignore-scripts=true')
  })

  it('takes no registry from the repository', () => {
    expect(readFileSync(`${repository}.npmrc`, 'utf8')).not.toMatch(/registry|_auth|proxy/i)
  })
})

function sorted(record: object | undefined): readonly (readonly [string, unknown])[] {
  return Object.entries(record ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
