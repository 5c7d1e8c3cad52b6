import { proves } from '../proves.ts'
import { rounds } from '../rounds.ts'
import { anyActs, becomesLive } from './acts.ts'
import { holdsInEach } from './holds-in-each.ts'

proves('review/people-decide', 'review/four-eyes', 'terms/in-force', 'lifecycle/agreement')

holdsInEach('any history of a connector that came to be live', {
  of: anyActs.map((acts) => [...becomesLive, ...acts]),
  seed: 16,
  // As many as of those that begin with nothing.
  counts: { sqlite: rounds(47_500, 8), postgres: rounds(2_500, 8) },
  comesTo: ['release.approved', 'change.posted', 'agreement.ended'],
})
