import type { ConnectorSummary } from '../api/publishing.ts'

const said = {
  draft: ['Draft', 'plain'],
  'in-review': ['Waits for review', 'caution'],
  live: ['Live', 'good'],
  suspended: ['Suspended', 'caution'],
  removed: ['Removed', 'bad'],
} as const

export function ConnectorStatus({ status }: { readonly status: ConnectorSummary['status'] }) {
  const [words, tone] = said[status]
  return <span className={`chip ${tone}`}>{words}</span>
}
