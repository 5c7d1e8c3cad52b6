import type { ConnectorSummary } from '../api/publishing.ts'

const said = {
  draft: ['Draft', 'plain'],
  'in-review': ['Waits for review', 'caution'],
  live: ['Live', 'good'],
  paused: ['Paused', 'caution'],
  suspended: ['Suspended', 'caution'],
  ending: ['Live, and ends', 'caution'],
  removed: ['Removed', 'bad'],
} as const

export function ConnectorStatus({ status, selfReviewed }: Pick<ConnectorSummary, 'status' | 'selfReviewed'>) {
  const [words, tone] = said[status]
  return (
    <>
      <span className={`chip ${tone}`}>{words}</span>
      {selfReviewed ? <span className="chip plain">Self-reviewed</span> : null}
    </>
  )
}
