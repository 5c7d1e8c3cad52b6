import { proves } from '../proves.ts'
import { rounds } from '../rounds.ts'
import { holdsInEach } from './holds-in-each.ts'

proves('review/people-decide', 'review/four-eyes', 'terms/in-force', 'lifecycle/agreement')

holdsInEach('any history of a connector that nobody has handed in', {
  after: [],
  seed: 15,
  // On SQLite each is twenty histories, so that both files play a hundred thousand; on PostgreSQL, where nothing can be copied, as many are a thousand.
  draws: { sqlite: rounds(2_500, 3), postgres: rounds(500, 8) },
  comesTo: ['release.submitted', 'change.posted'],
})
