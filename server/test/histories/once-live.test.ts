import { proves } from '../proves.ts'
import { rounds } from '../rounds.ts'
import { becomesLive } from './acts.ts'
import { holdsInEach } from './holds-in-each.ts'

proves('review/people-decide', 'review/four-eyes', 'terms/in-force', 'lifecycle/agreement')

holdsInEach('any history of a connector that came to be live', {
  after: becomesLive,
  seed: 16,
  // Each tree is twenty histories, so that both files play a hundred thousand of them.
  draws: { plain: rounds(500, 8), trees: rounds(2_500, 3) },
  comesTo: ['release.approved', 'change.posted', 'agreement.ended'],
})
