import type { OAuthDeclaration, ReleaseContent } from '@handfast/contract'
import { examples } from '../../../../test/rule-examples.ts'
import { honest, type ToolChange, toolWith, withContent } from '../../../../test/under-review.ts'
import type { UnderReview } from '../engine/rule.ts'
import { credentialChanged } from './credential-changed.ts'
import { effectSoftened } from './effect-softened.ts'
import { hintsSoftened } from './hints-softened.ts'
import { newArguments } from './new-arguments.ts'
import { newDestructive } from './new-destructive.ts'
import { newScopes } from './new-scopes.ts'
import { newTools } from './new-tools.ts'
import { originChanged } from './origin-changed.ts'
import { publisherChanged } from './publisher-changed.ts'
import { receivesMore } from './receives-more.ts'
import { wordsChanged } from './words-changed.ts'

const grown = (before: Partial<ReleaseContent>, after: Partial<ReleaseContent>): UnderReview => ({
  ...withContent(after),
  previous: { ...honest.content, ...before },
})
const tools = (before: readonly ToolChange[], after: readonly ToolChange[]): UnderReview =>
  grown({ tools: before.map(toolWith) }, { tools: after.map(toolWith) })
const oauth = (change: Partial<OAuthDeclaration>): Partial<ReleaseContent> => ({
  credential: { type: 'oauth2', scopes: [], grant: 'authorization-code', ...change },
})
const same = grown({}, {})
const destroying = { effect: 'destructive', consequential: true } as const
const changing = { effect: 'change', consequential: true } as const

examples(effectSoftened, {
  finds: [
    ['a softer effect', tools([destroying], [changing]), 'warns /tools/0/effect'],
    ['a yes that is not asked for any more', tools([changing], [{ ...changing, consequential: false }]), 'warns /tools/0/consequential'],
  ],
  passes: [
    ['a graver effect', tools([changing], [destroying])],
    ['the first release', honest],
  ],
})
examples(hintsSoftened, {
  finds: [
    [
      'a softer hint whose guard stays',
      tools([{ ...destroying, annotations: { destructiveHint: true } }], [{ ...destroying, annotations: { readOnlyHint: true } }]),
      'notes /tools/0/annotations',
    ],
  ],
  passes: [['the same', same]],
})
examples(newDestructive, {
  finds: [
    ['a new one', tools([{}], [{}, { ...destroying, name: 'drop_all' }]), 'warns /tools/1'],
    ['one that became it', tools([changing], [destroying]), 'warns /tools/0'],
  ],
  passes: [['one that was', tools([destroying], [destroying])]],
})
examples(newTools, {
  finds: [
    ['new ones', tools([{}], [{}, { name: 'b' }]), 'notes /tools'],
    ['gone ones', tools([{}, { name: 'b' }], [{}]), 'notes /tools'],
  ],
  passes: [['another order', tools([{}, { name: 'b' }], [{ name: 'b' }, {}])]],
})
examples(wordsChanged, {
  finds: [['other words', tools([{}], [{ description: 'Finds a table, and more.' }]), 'notes /tools/0/description']],
  passes: [['the same', same]],
})
examples(newArguments, {
  finds: [['another argument', tools([{ properties: { day: {} } }], [{ properties: { day: {}, email: {} } }]), 'notes /tools/0/inputSchema']],
  passes: [['one less', tools([{ properties: { day: {}, email: {} } }], [{ properties: { day: {} } }])]],
})
examples(newScopes, {
  finds: [['one more', grown(oauth({ scopes: ['a'] }), oauth({ scopes: ['a', 'b'] })), 'warns /credential/scopes']],
  passes: [['one less', grown(oauth({ scopes: ['a', 'b'] }), oauth({ scopes: ['a'] }))]],
})
examples(credentialChanged, {
  finds: [
    ['another kind', grown({ credential: { type: 'none' } }, { credential: { type: 'bearer' } }), 'warns /credential/type'],
    ['another place to sign in', grown(oauth({ issuer: 'https://a.example' }), oauth({ issuer: 'https://b.example' })), 'warns /credential/issuer'],
  ],
  passes: [['the same place', grown(oauth({ issuer: 'https://a.example' }), oauth({ issuer: 'https://a.example/' }))]],
})
examples(originChanged, {
  finds: [
    [
      'another owner',
      grown({ target: { kind: 'mcp', url: 'https://a.heron.com/' } }, { target: { kind: 'mcp', url: 'https://crane.com/' } }),
      'warns /target/url',
    ],
    [
      'another host of the same',
      grown({ target: { kind: 'mcp', url: 'https://a.heron.com/' } }, { target: { kind: 'mcp', url: 'https://b.heron.com/' } }),
      'notes /target/url',
    ],
    [
      'strangers at one registry',
      grown({ target: { kind: 'mcp', url: 'https://a.co.uk/' } }, { target: { kind: 'mcp', url: 'https://b.co.uk/' } }),
      'warns /target/url',
    ],
    [
      'strangers at one host for all',
      grown({ target: { kind: 'mcp', url: 'https://a.vercel.app/' } }, { target: { kind: 'mcp', url: 'https://b.vercel.app/' } }),
      'warns /target/url',
    ],
  ],
  passes: [['another path', grown({ target: { kind: 'mcp', url: 'https://a.example/1' } }, { target: { kind: 'mcp', url: 'https://a.example/2' } })]],
})
examples(receivesMore, {
  finds: [['a line more', grown({ receives: ['a'] }, { receives: ['a', 'b'] }), 'notes /receives']],
  passes: [['a line less', grown({ receives: ['a', 'b'] }, { receives: ['a'] })]],
})
examples(publisherChanged, {
  finds: [
    ['another publisher', grown({}, { publishedBy: { developer: 'Crane', ownsApi: false } }), 'warns /publishedBy/developer'],
    ['a new claim', grown({}, { publishedBy: { developer: 'Heron Ltd', ownsApi: true } }), 'warns /publishedBy/ownsApi'],
  ],
  passes: [['the same', same]],
})
