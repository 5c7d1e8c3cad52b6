import { proves } from '../proves.ts'
import { rounds } from '../rounds.ts'
import { holdsInEach } from './holds-in-each.ts'

proves('review/people-decide', 'review/four-eyes', 'terms/in-force', 'lifecycle/agreement')

holdsInEach('any history of a connector that nobody has handed in', {
  after: [],
  seed: 15,
  // Each tree is twenty histories, so that both files play a hundred thousand of them.
  draws: { plain: rounds(500, 8), trees: rounds(2_500, 3) },
  comesTo: ['release.submitted', 'change.posted'],
})
