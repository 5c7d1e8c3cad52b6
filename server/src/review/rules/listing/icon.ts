import type { Rule } from '../engine/rule.ts'

const MOST_BYTES = 5 * 1024 * 1024
const SMALLEST = 48
const LARGEST = 4_096

export const icon: Rule = {
  id: 'icon',
  severity: 'blocks',
  clause: '4b-connector-marks',
  title: 'Icons that do something, or that cannot be shown well',
  remedy: {
    who: 'developer',
    what: `Give a square PNG, JPEG, WebP or SVG of ${SMALLEST} to ${LARGEST} pixels; an SVG without scripts and without references.`,
  },
  source: 'OpenAI app submission; SVG 2 section 2.2 (secure static mode)',
  needs: 'listing',
  *look({ listing }) {
    const facts = listing?.icon
    if (facts === null || facts === undefined) return
    const pointer = '/listing/icon'
    const { type, declaredType, bytes, width, height, active } = facts
    if (active.length > 0)
      yield { pointer, message: `The icon does more than to be looked at: ${active.slice(0, 3).join(', ').slice(0, 200)}.`, about: active.join('\n') }
    if (type === 'unknown') yield { pointer, message: 'The icon is no image of a kind that can be shown.', about: 'unknown' }
    else if (declaredType !== null && !declaredType.includes(type))
      yield { pointer, severity: 'warns', message: `The icon says that it is ${declaredType}, and is ${type}.`, about: declaredType }
    if (bytes > MOST_BYTES) yield { pointer, severity: 'warns', message: `The icon has ${Math.round(bytes / 1024)} KiB.`, about: 'bytes' }
    if (width !== null && height !== null && (width !== height || (type !== 'svg' && (width < SMALLEST || width > LARGEST))))
      yield { pointer, severity: 'warns', message: `The icon measures ${width} by ${height} pixels.`, about: `${width}x${height}` }
  },
}
