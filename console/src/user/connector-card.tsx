import { Link } from '@tanstack/react-router'
import type { DirectoryEntry } from '../api/connectors.ts'
import { Foreign } from '../parts/foreign.tsx'
import { standingWords } from './connector-standing.ts'
import { Publisher } from './publisher.tsx'

const choices = { enabled: 'Enabled', grown: 'Enabled, with something new', changed: 'Changed: look again', 'not-enabled': undefined } as const

/** One connector in the directory: what it is, whose it is, and whether it is enabled. */
export function ConnectorCard({ entry }: { readonly entry: DirectoryEntry }) {
  const choice = entry.status === 'live' ? choices[entry.choice] : standingWords[entry.status]
  const tone = entry.status !== 'live' || entry.choice === 'changed' || entry.choice === 'grown' ? 'caution' : 'good'
  return (
    <section className="card" aria-labelledby={entry.id}>
      <div className="card-head">
        <h2 id={entry.id}>
          <Link to="/connectors/$slug" params={{ slug: entry.slug }}>
            <Foreign text={entry.name} />
          </Link>
        </h2>
        {choice === undefined ? null : <span className={`chip ${tone}`}>{choice}</span>}
      </div>
      <p className="card-text">
        <Foreign text={entry.description} />
      </p>
      <p className="help">
        <Publisher publisher={entry.publisher} selfReviewed={entry.selfReviewed} />
      </p>
      <p className="help">{toolsInWords(entry.tools)}</p>
    </section>
  )
}

function toolsInWords({ read, change, destroy }: DirectoryEntry['tools']): string {
  const parts = [read > 0 ? `${read} that read` : '', change > 0 ? `${change} that change` : '', destroy > 0 ? `${destroy} that can destroy` : '']
  const said = parts.filter((part) => part !== '')
  const all = read + change + destroy
  return all === 0 ? 'No tools' : `${all} ${all === 1 ? 'tool' : 'tools'}: ${said.join(', ')}`
}
