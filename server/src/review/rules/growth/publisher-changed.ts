import { growthRule } from '../engine/growth-rule.ts'

export const publisherChanged = growthRule({
  id: 'publisher-changed',
  severity: 'warns',
  clause: '7d-assignment',
  title: 'Another publisher, or another claim to the API',
  remedy: { who: 'reviewer', what: 'A connector changes hands by an approved transfer only. Ask for it, or for why the name changed.' },
  *compare({ publishedBy }, { publishedBy: before }) {
    if (publishedBy.developer !== before.developer)
      yield { pointer: '/publishedBy/developer', message: `It was published by "${before.developer}", and is by "${publishedBy.developer}" now.` }
    if (publishedBy.ownsApi && !before.ownsApi)
      yield { pointer: '/publishedBy/ownsApi', message: 'The publisher claims to own the API now, and did not before.' }
  },
})
