import { proves } from '../proves.ts'
import { rounds } from '../rounds.ts'
import { anyActs } from './acts.ts'
import { holdsInEach } from './holds-in-each.ts'

proves('review/people-decide', 'review/four-eyes', 'terms/in-force', 'lifecycle/agreement')

holdsInEach('any history of a connector that nobody has handed in', {
  of: anyActs,
  seed: 15,
  // With those that begin live they are a hundred thousand; on PostgreSQL one takes three times as long.
  counts: { sqlite: rounds(47_500, 8), postgres: rounds(2_500, 8) },
  comesTo: ['release.submitted', 'change.posted'],
})
