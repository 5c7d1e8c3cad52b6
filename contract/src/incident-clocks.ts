const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A deadline that a law, a contract or the operator sets for incidents. */
export type IncidentClock = {
  readonly id: string
  readonly title: string
  /** Milliseconds from when whoever reports came to know of it. */
  readonly within: number
}

/**
 * Deadlines that operators can switch on by name. They are dated facts, not advice: whether one applies is for the operator to say, and
 * `name=36h` or `name=30d` sets one of their own.
 */
export const incidentClocks: readonly IncidentClock[] = [
  { id: 'acknowledge', title: 'Acknowledge the report', within: 2 * DAY },
  { id: 'gdpr-authority', title: 'Tell the supervisory authority (Regulation (EU) 2016/679, Article 33)', within: 72 * HOUR },
  { id: 'cra-warning', title: 'Early warning (Regulation (EU) 2024/2847, Article 14)', within: 24 * HOUR },
  { id: 'cra-notification', title: 'Notification (Regulation (EU) 2024/2847, Article 14)', within: 72 * HOUR },
  { id: 'nis2-warning', title: 'Early warning (Directive (EU) 2022/2555, Article 23)', within: 24 * HOUR },
  { id: 'nis2-notification', title: 'Notification (Directive (EU) 2022/2555, Article 23)', within: 72 * HOUR },
  { id: 'nis2-final', title: 'Final report (Directive (EU) 2022/2555, Article 23)', within: 30 * DAY },
  { id: 'california-people', title: 'Tell the people affected (California Civil Code 1798.82)', within: 30 * DAY },
]

/** Runs in any case: whoever reports something hears back. */
const ALWAYS = 'acknowledge'

export type IncidentClockProblem = { readonly name: string; readonly message: string }

/** Reads what the operator set, such as `gdpr-authority, our-insurer=48h`. */
export function readIncidentClocks(names: readonly string[]): {
  readonly clocks: readonly IncidentClock[]
  readonly problems: readonly IncidentClockProblem[]
} {
  const clocks = new Map<string, IncidentClock>(incidentClocks.filter(({ id }) => id === ALWAYS).map((clock) => [clock.id, clock]))
  const problems: IncidentClockProblem[] = []
  for (const name of names) {
    const own = /^([a-z][a-z0-9-]{0,59})=([1-9]\d{0,3})(h|d)$/.exec(name)
    const known = incidentClocks.find(({ id }) => id === name)
    if (known !== undefined) clocks.set(known.id, known)
    else if (own === null)
      problems.push({ name, message: `is none of ${incidentClocks.map(({ id }) => id).join(', ')}, nor of the form name=48h or name=30d` })
    else clocks.set(own[1] ?? '', { id: own[1] ?? '', title: own[1] ?? '', within: Number(own[2]) * (own[3] === 'h' ? HOUR : DAY) })
  }
  return { clocks: [...clocks.values()], problems }
}
