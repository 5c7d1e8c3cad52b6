import { examples } from '../../../../test/rule-examples.ts'
import { honest, withContent, withTools } from '../../../../test/under-review.ts'
import type { DeveloperFacts, IconFacts, ListingFacts, UnderReview } from '../engine/rule.ts'
import { ageRatingRule } from './age-rating.ts'
import { copiedTools } from './copied-tools.ts'
import { displayName } from './display-name.ts'
import { icon } from './icon.ts'
import { listingAddresses } from './listing-addresses.ts'
import { listingDescription } from './listing-description.ts'
import { listingIncomplete } from './listing-incomplete.ts'
import { privacyAddress } from './privacy-address.ts'
import { privacyNotice } from './privacy-notice.ts'
import { privacyTopics } from './privacy-topics.ts'
import { publisherName } from './publisher-name.ts'
import { publisherUnverified } from './publisher-unverified.ts'
import { receivesIncomplete } from './receives-incomplete.ts'
import { releaseNotes } from './release-notes.ts'
import { similarName } from './similar-name.ts'
import { starterPrompts } from './starter-prompts.ts'
import { testCases } from './test-cases.ts'

const whole: ListingFacts = {
  website: 'https://heron.example/',
  support: 'mailto:help@heron.example',
  terms: null,
  documentation: 'https://heron.example/docs',
  category: 'food',
  icon: null,
  releaseNotes: null,
  prompts: [],
  testCases: [],
}
const listed = (change: Partial<ListingFacts>, around: Partial<UnderReview> = {}): UnderReview => ({
  ...honest,
  ...around,
  listing: { ...whole, ...change },
})
const square: IconFacts = { type: 'png', declaredType: 'image/png', bytes: 1_000, width: 512, height: 512, active: [] }
const pictured = (change: Partial<IconFacts>) => listed({ icon: { ...square, ...change } })
const known: DeveloperFacts = { name: 'Heron Ltd', emailVerified: true, provenDomains: [], contacts: { legal: true, security: true, support: true } }
const by = (change: Partial<DeveloperFacts>): UnderReview => ({ ...honest, developer: { ...known, ...change } })
const beside = (name: string, slug: string, tools: readonly string[] = []): UnderReview => ({ ...honest, others: [{ name, slug, tools }] })
const cases = (positive: number, negative: number, tools: readonly string[] = ['find_table']) =>
  [...Array(positive).fill('positive'), ...Array(negative).fill('negative')].map((kind: 'positive' | 'negative') => ({
    name: 'a case',
    kind,
    tools: kind === 'positive' ? tools : [],
  }))

examples(privacyNotice, {
  finds: [
    ['none', withContent({ privacyNotice: ' ' }), 'blocks /privacyNotice'],
    ['a word', withContent({ privacyNotice: 'We keep nothing.' }), 'warns /privacyNotice'],
  ],
  passes: [
    ['a sentence', honest],
    ['a list of tools by itself', { ...withContent({ privacyNotice: '' }), manifest: null }],
  ],
})
examples(privacyAddress, {
  finds: [['http', withContent({ privacyNoticeUrl: 'http://heron.example/privacy' }), 'warns /privacyNoticeUrl']],
  passes: [['https', withContent({ privacyNoticeUrl: 'https://heron.example/privacy' })]],
})
examples(privacyTopics, {
  finds: [
    [
      'what is left unsaid',
      withContent({ privacyNotice: 'Heron likes guests and serves them well, whatever the weather is.' }),
      'notes /privacyNotice',
    ],
  ],
  passes: [
    ['a short notice that says it', honest],
    [
      'a notice in German',
      withContent({ privacyNotice: 'Wir erhalten den Tag Ihres Besuchs und speichern ihn 30 Tage.', privacyNoticeLanguage: 'de' }),
    ],
    [
      'a language that is not known',
      withContent({
        privacyNotice: 'グレイ・ヘロンは訪問日を受け取り、三十日間保存し、第三者に渡しません。お客様の情報を大切にします。',
        privacyNoticeLanguage: 'ja',
      }),
    ],
  ],
})
examples(receivesIncomplete, {
  finds: [['an address that is not named', withTools({ properties: { guestEmail: {}, email: { type: 'string' } } }), 'warns /receives']],
  passes: [
    [
      'one that is',
      {
        ...withTools({ properties: { email: {} } }),
        content: { ...withTools({ properties: { email: {} } }).content, receives: ['your e-mail address'] },
      },
    ],
  ],
})
examples(similarName, {
  finds: [
    ['a lookalike', beside('The Grеy Heron', 'grey'), 'warns /name'],
    ['a lookalike of the short name', beside('Fish', 'her0n'), 'notes /name'],
  ],
  passes: [['another name', beside('The Grey Horse', 'horse')]],
})
examples(copiedTools, {
  finds: [
    [
      'the same tools',
      { ...withTools({ name: 'a_b' }, { name: 'c_d' }, { name: 'e_f' }), others: [{ name: 'X', slug: 'x', tools: ['a_b', 'c_d', 'e_f', 'g'] }] },
      'notes /tools',
    ],
  ],
  passes: [['one in common', beside('X', 'x', ['find_table'])]],
})
examples(displayName, {
  finds: [
    ['a long name', withContent({ name: 'The Grey Heron by the Long River' }), 'notes /name'],
    ['an ending', withContent({ name: 'Heron MCP Server' }), 'notes /name'],
  ],
  passes: [['a name', honest]],
})
examples(listingDescription, {
  finds: [
    ['a placeholder', withContent({ description: 'TODO: describe the connector here' }), 'warns /description'],
    ['a word', withContent({ description: 'Tables.' }), 'notes /description'],
  ],
  passes: [['a sentence', honest]],
})
examples(ageRatingRule, {
  finds: [
    ['what is for adults', withContent({ description: 'Place bets at our casino.' }), 'warns /description'],
    ['what is for children', withContent({ description: 'Stories for kids, read aloud.' }), 'notes /description'],
  ],
  passes: [['what is for adults and says so', withContent({ description: 'Place bets at our casino.', ageRating: '18+' })]],
})
examples(icon, {
  finds: [
    ['scripts', pictured({ type: 'svg', declaredType: 'image/svg+xml', active: ['<script>'] }), 'blocks /listing/icon'],
    ['no image', pictured({ type: 'unknown', width: null, height: null }), 'blocks /listing/icon'],
    ['another type', pictured({ type: 'jpeg' }), 'warns /listing/icon'],
    ['an oblong', pictured({ width: 512, height: 256 }), 'warns /listing/icon'],
    ['a heavy one', pictured({ bytes: 6 * 1024 * 1024 }), 'warns /listing/icon'],
  ],
  passes: [
    ['a square', pictured({})],
    ['none', listed({})],
  ],
})
examples(listingAddresses, {
  finds: [
    ['http', listed({ website: 'http://heron.example/' }), 'warns /listing/website'],
    ['a password', listed({ terms: 'https://a:b@heron.example/' }), 'warns /listing/terms'],
    ['a social network', listed({ support: 'https://www.facebook.com/heron' }), 'warns /listing/support'],
    ['what is none', listed({ documentation: 'heron' }), 'warns /listing/documentation'],
  ],
  passes: [['own pages and a mail address', listed({})]],
})
examples(listingIncomplete, {
  finds: [['a listing without support', listed({ support: null }), 'notes /listing']],
  passes: [['a whole one', listed({})]],
})
examples(starterPrompts, {
  finds: [
    ['too many', listed({ prompts: ['a', 'b', 'c', 'd'] }), 'notes /listing/prompts'],
    ['the same twice', listed({ prompts: ['Find a table', 'ＦＩＮＤ a table'] }), 'notes /listing/prompts/1'],
    ['a mention', listed({ prompts: ['Ask @heron'] }), 'notes /listing/prompts/0'],
  ],
  passes: [['three', listed({ prompts: ['a', 'b', 'c'] })]],
})
examples(testCases, {
  finds: [
    [
      'a tool that is not there',
      listed({ testCases: cases(5, 3, ['fly']).slice(4) }),
      'warns /listing/testCases/0/tools',
      'notes /listing/testCases',
    ],
    ['too few', listed({ testCases: cases(2, 0) }), 'notes /listing/testCases'],
  ],
  passes: [['enough', listed({ testCases: cases(5, 3) })]],
})
examples(releaseNotes, {
  finds: [['a second release without a word', listed({}, { previous: honest.content }), 'notes /listing/releaseNotes']],
  passes: [
    ['a first release', listed({})],
    ['a second with one', listed({ releaseNotes: 'Faster.' }, { previous: honest.content })],
  ],
})
examples(publisherName, {
  finds: [['another name', by({ name: 'Crane Ltd' }), 'warns /publishedBy/developer']],
  passes: [['the same', by({})]],
})
examples(publisherUnverified, {
  finds: [
    ['an address that was not verified', by({ emailVerified: false }), 'notes /publishedBy/developer'],
    ['contacts that are missing', by({ contacts: { legal: true, security: false, support: false } }), 'notes /publishedBy/developer'],
  ],
  passes: [['somebody known', by({})]],
})
