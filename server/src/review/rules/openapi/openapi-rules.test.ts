import { examples } from '../../../../test/rule-examples.ts'
import { honest, toolWith, withContent } from '../../../../test/under-review.ts'
import type { DocumentFacts, UnderReview } from '../engine/rule.ts'
import { deprecatedOperations } from './deprecated-operations.ts'
import { headerArguments } from './header-arguments.ts'
import { longTexts } from './long-texts.ts'
import { operationIds } from './operation-ids.ts'
import { overlayIdle } from './overlay-idle.ts'
import { plainLinks } from './plain-links.ts'
import { silentOperations } from './silent-operations.ts'
import { unaskedChanges } from './unasked-changes.ts'
import { undeclaredAnswers } from './undeclared-answers.ts'
import { undeclaredServer } from './undeclared-server.ts'
import { unlikeSecurity } from './unlike-security.ts'

type Operation = DocumentFacts['operations'][number]
const operation: Operation = {
  tool: 'find_table',
  pointer: '/paths/~1tables/get',
  method: 'GET',
  path: '/tables',
  usable: true,
  operationId: 'find_table',
  deprecated: false,
  summary: 'Finds a table',
  descriptionLength: 100,
  answers: ['200'],
  longestParameterText: 100,
  consequential: null,
  guarded: false,
}
const document: DocumentFacts = {
  servers: ['https://api.heron.example'],
  plainLinks: [],
  operations: [operation],
  idleOverlay: [],
}
const saying = (change: Partial<DocumentFacts>): UnderReview => ({ ...honest, document: { ...document, ...change } })
const operating = (change: Partial<Operation>): UnderReview => saying({ operations: [{ ...operation, ...change }] })
const AT = 'notes /document/paths/~1tables/get'
const taking = (name: string): UnderReview => ({
  ...withContent({
    tools: [
      toolWith({
        operation: {
          method: 'GET',
          path: '/',
          parameters: [{ argument: 'a', in: 'header', name, style: 'simple', explode: false, required: false }],
          pointer: '',
        },
      }),
    ],
  }),
  document,
})

examples(unaskedChanges, {
  finds: [['a deletion of no consequence', operating({ method: 'DELETE', consequential: false }), 'warns /document/paths/~1tables/get']],
  passes: [['a search of no consequence', operating({ method: 'POST', consequential: false })]],
})
examples(undeclaredServer, {
  finds: [
    [
      'another server',
      {
        ...withContent({ target: { kind: 'openapi', url: 'https://api.heron-tables.com/' } }),
        document: { ...document, servers: ['https://api.crane.com'] },
      },
      'warns /target/url',
    ],
    ['one inside', { ...withContent({ target: { kind: 'openapi', url: 'https://api.internal/' } }), document }, 'notes /target/url'],
  ],
  passes: [
    ['the same', saying({})],
    ['a document that names none', saying({ servers: [] })],
  ],
})
examples(unlikeSecurity, {
  finds: [['a key that the manifest does not declare', operating({ guarded: true }), 'warns /credential']],
  passes: [
    ['none', saying({})],
    ['a key that it declares', { ...operating({ guarded: true }), content: { ...honest.content, credential: { type: 'bearer' } } }],
  ],
})
examples(headerArguments, {
  finds: [['a key as an argument', taking('Authorization'), 'warns /tools/0']],
  passes: [['another header', taking('Accept-Language')]],
})
examples(overlayIdle, {
  finds: [
    [
      'an action that does nothing',
      saying({ idleOverlay: [{ action: 1, target: '$.paths.x', message: 'It matches nothing.' }] }),
      'warns /overlay/actions/1',
    ],
  ],
  passes: [['none', saying({})]],
})
examples(operationIds, {
  finds: [['operations without an id', operating({ operationId: null }), AT]],
  passes: [
    ['those with one, and those that cannot be used', saying({ operations: [operation, { ...operation, usable: false, operationId: null }] })],
  ],
})
examples(silentOperations, {
  finds: [['an operation that says nothing', operating({ summary: null, descriptionLength: 0 }), AT]],
  passes: [['one with a description', operating({ summary: null })]],
})
examples(undeclaredAnswers, {
  finds: [['a default alone', operating({ answers: ['default', '404'] }), AT]],
  passes: [['a range', operating({ answers: ['2XX'] })]],
})
examples(deprecatedOperations, {
  finds: [['one that is about to go', operating({ deprecated: true }), AT]],
  passes: [['one that stays', operating({})]],
})
examples(longTexts, {
  finds: [
    ['a long summary', operating({ summary: 'x'.repeat(301) }), AT],
    ['a long parameter', operating({ longestParameterText: 701 }), AT],
  ],
  passes: [['short ones', operating({})]],
})
examples(plainLinks, {
  finds: [['http', saying({ plainLinks: [{ pointer: '/info/contact/url', url: 'http://heron.example/' }] }), 'notes /document/info/contact/url']],
  passes: [['none', saying({})]],
})
