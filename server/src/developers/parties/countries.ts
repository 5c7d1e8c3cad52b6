import { sound } from './read-name.ts'

/** Names that lists use and the language data of the runtime does not. */
const aliases: Readonly<Record<string, string>> = {
  burma: 'MM',
  'korea north': 'KP',
  'north korea': 'KP',
  'korea south': 'KR',
  'korea democratic peoples republic of': 'KP',
  'korea republic of': 'KR',
  russia: 'RU',
  'russian federation': 'RU',
  'cote divoire': 'CI',
  'congo democratic republic of the': 'CD',
  'democratic republic of the congo': 'CD',
  'congo republic of the': 'CG',
  'west bank': 'PS',
  palestinian: 'PS',
  'cabo verde': 'CV',
  'czech republic': 'CZ',
  macau: 'MO',
  'hong kong': 'HK',
  syria: 'SY',
  turkey: 'TR',
  'united kingdom': 'GB',
  'united states': 'US',
  usa: 'US',
  uae: 'AE',
}

let known: ReadonlyMap<string, string> | undefined

/** The ISO 3166-1 code of a country that a list names, or undefined. */
export function countryOf(text: string): string | undefined {
  const trimmed = text.trim()
  if (/^[A-Z]{2}$/.test(trimmed)) return trimmed
  known ??= byName()
  return known.get(plain(trimmed))
}

function byName(): ReadonlyMap<string, string> {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  const found = new Map<string, string>()
  for (let first = 65; first <= 90; first++)
    for (let second = 65; second <= 90; second++) {
      const code = String.fromCharCode(first, second)
      const name = names.of(code)
      if (name !== undefined) found.set(plain(name), code)
    }
  for (const [name, code] of Object.entries(aliases)) found.set(plain(name), code)
  return found
}

function plain(text: string): string {
  const letters = text.normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '').replaceAll('&', 'and')
  return letters
    .replaceAll(/[^a-z]+/g, ' ')
    .trim()
    .split(' ')
    .map(sound)
    .join(' ')
}
