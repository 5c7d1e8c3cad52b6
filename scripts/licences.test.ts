import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lockedPackages, shippedPackages } from './lockfile.ts'
import { repository } from './steps.ts'

/** SPDX names of licences that ask for no more than naming the authors, and that a company can take in without asking a lawyer each time. */
const permissive = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
  'Zlib',
])

/** Reads the plain expressions that packages use: `A`, `(A OR B)`, `(A AND B)`. */
function isPermissive(expression: string): boolean {
  const plain = expression.replaceAll(/[()]/g, ' ').trim()
  if (/\sOR\s/.test(plain) && !/\sAND\s/.test(plain)) return plain.split(/\s+OR\s+/).some((each) => permissive.has(each))
  return plain.split(/\s+AND\s+/).every((each) => permissive.has(each))
}

function licenceOf(place: string): string {
  const file = `${repository}${place}/package.json`
  if (!existsSync(file)) return lockedPackages().get(place)?.license ?? 'none' // made for another kind of machine
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as {
    license?: string | { type: string }
    licenses?: readonly { type: string }[]
  }
  if (typeof license === 'string') return license
  return license?.type ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'none'
}

describe('the licences of what is shipped', () => {
  it('are permissive, as each installed package says itself', () => {
    const places = shippedPackages()

    expect(places.length).toBeGreaterThan(50)
    expect(places.map((place) => `${place}: ${licenceOf(place)}`).filter((line) => !isPermissive(line.split(': ')[1] ?? ''))).toEqual([])
  })

  it('are judged by their whole expression', () => {
    expect(isPermissive('(MIT OR GPL-3.0-only)')).toBe(true)
    expect(isPermissive('(MIT AND GPL-3.0-only)')).toBe(false)
    expect(isPermissive('AGPL-3.0-or-later')).toBe(false)
    expect(isPermissive('SEE LICENSE IN LICENSE')).toBe(false)
    expect(isPermissive('none')).toBe(false)
  })

  it('go with the licence of every package of our own', () => {
    const workspaces = (JSON.parse(readFileSync(`${repository}package.json`, 'utf8')) as { workspaces: readonly string[] }).workspaces
    const licences = ['', ...workspaces].map(
      (place) => (JSON.parse(readFileSync(`${repository}${place}/package.json`, 'utf8')) as { license: string }).license,
    )

    expect([...new Set(licences)]).toEqual(['Apache-2.0'])
    expect(readFileSync(`${repository}LICENSE`, 'utf8')).toContain('Apache License\n                           Version 2.0, January 2004')
  })
})
