import { phrases } from '../engine/phrases.ts'
import { wordsOf } from '../engine/read-text.ts'
import type { Rule } from '../engine/rule.ts'

const adult = phrases(
  'gambling|casino|betting|sportsbook|poker|wager|glücksspiel|sportwetten|apuestas',
  'pornographic|pornography|pornhub|nsfw|erotic|escort|escorts',
  'firearm|firearms|ammunition|handguns|schusswaffen',
  'cannabis|marijuana|nicotine|vape|vapes|vaping|tobacco|cigarettes',
  'alcohol|liquor|whisky|spirits delivery|shop|store|order|orders',
)
const children = phrases(
  'for kids|children|toddlers|pupils|kindergarten',
  'for|to|helps young children|kids|learners',
  'kids|childrens games|stories|learning|songs',
  'für kinder|schüler',
  'pour les? enfants',
  'para niños|niñas',
)

export const ageRatingRule: Rule = {
  id: 'age-rating',
  severity: 'warns',
  clause: '2e-vii',
  title: 'Age ratings that do not fit what the connector is for',
  remedy: { who: 'developer', what: 'Set `ageRating` in the manifest to the youngest people that the connector is for.' },
  source: 'OpenAI app guidelines; COPPA',
  needs: 'manifest',
  *look({ content }) {
    const words = wordsOf(`${content.name}. ${content.description}`.slice(0, 5_000))
    const pointer = '/description'
    const found = adult(words)
    if (found !== null && content.ageRating !== '18+')
      yield { pointer, message: `"${found.quote}" is for adults, and the age rating is ${content.ageRating ?? 'everyone'}.` }
    const young = children(words)
    if (young !== null)
      yield { pointer, severity: 'notes', message: `"${young.quote}": a connector for children needs a closer look at what it receives.` }
  },
}
