import { parametersOf, plainName } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const MINE = /\b(?:user'?s?|your|current|device|my|caller'?s?)\b[^.]{0,40}\b(?:location|position|coordinates|latitude|gps)\b/i
const NAMES = new Set([
  'gps',
  'user_location',
  'current_location',
  'device_location',
  'geolocation',
  'user_lat',
  'user_lng',
  'user_latitude',
  'user_longitude',
  'my_location',
])
const PLACES = new Set(['latitude', 'lat'])
/** A place that somebody makes up, as for a test, is nobody's. */
const MADE_UP = /\b(?:emulat|simulat|mock|fake|spoof|pretend)/i

export const asksLocation = toolRule({
  id: 'asks-location',
  severity: 'notes',
  clause: '2b-minimum',
  title: 'Arguments for where a person is',
  remedy: { who: 'developer', what: 'Ask for a town or an area where that is enough, and name the location among what the connector receives.' },
  source: 'OpenAI app guidelines',
  *each(tool, at, { content }) {
    const declared = content.receives.some((line) => /location|position|standort|ort\b|lieu|ubicaci|place|address|where/i.test(line))
    for (const { name, pointer, schema } of parametersOf(tool)) {
      const plain = plainName(name)
      const described = typeof schema['description'] === 'string' ? schema['description'].slice(0, 500) : ''
      if ((NAMES.has(plain) || (PLACES.has(plain) && MINE.test(described))) && !declared && !MADE_UP.test(described))
        return void (yield { pointer: `${at}${pointer}`, message: `"${tool.name}" asks exactly where the person is ("${name.slice(0, 60)}").` })
    }
  },
})
