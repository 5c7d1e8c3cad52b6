import { phrases } from '../engine/phrases.ts'
import { textRule } from '../engine/text-rule.ts'

const offers = phrases(
  'free trial|trials|forever',
  'discount|discounts|coupon|promo code|codes|of|for|up',
  'sign up now|today|free',
  'upgrade to pro|premium|paid',
  'buy|subscribe|order now|today',
  'starting at|from usd|eur|gbp|us',
  'sponsored content|placement|results|listing',
  'kostenlos|gratis testen|testphase',
  'essai gratuit',
  'prueba gratuita|gratis',
)
const PRICE = /[$€£]\s?\d{1,6}(?:[.,]\d{2})?\b|\b\d{1,6}(?:[.,]\d{2})? ?(?:USD|EUR|GBP|€)(?:\b|\s|$)/

export const promotions = textRule({
  id: 'promotions',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Prices, trials and offers in the listing',
  remedy: { who: 'developer', what: 'Keep prices and offers on your own pages, which change when they do.' },
  source: 'OpenAI app guidelines',
  *read({ pointer, text, part, of, words }) {
    if (of !== 'listing' || (part !== 'description' && part !== 'name')) return
    const found = offers(words())?.quote ?? PRICE.exec(text)?.[0]
    if (found !== undefined) yield { pointer, message: `"${found}" advertises. The listing describes.` }
  },
})
