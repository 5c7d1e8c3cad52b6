import { Link } from '@tanstack/react-router'
import { type Call, stateWords } from '../api/calls.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Time } from '../parts/time.tsx'

const tones: Readonly<Record<Call['state'], string>> = {
  answered: 'good',
  sent: 'plain',
  'tool-error': 'caution',
  failed: 'bad',
  refused: 'caution',
  cancelled: 'plain',
  unknown: 'bad',
}

/** A call that came before its approval was not refused for good: its person was asked. */
export function asked(call: Pick<Call, 'state' | 'code'>): boolean {
  return call.state === 'refused' && call.code === 'consent/approval-needed'
}

export function CallStatus({ call }: { readonly call: Pick<Call, 'state' | 'code'> }) {
  if (asked(call)) return <span className="chip plain">Asked you</span>
  return <span className={`chip ${tones[call.state]}`}>{stateWords[call.state]}</span>
}

export function duration(ms: number | null): string {
  if (ms === null) return ''
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

/** Calls, one line each on a desk, a few short ones on a phone. */
export function CallList({ calls }: { readonly calls: readonly Call[] }) {
  return (
    <div className="table-frame">
      <table className="table call-table">
        <caption className="only-heard">Calls, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Outcome</th>
            <th scope="col">Tool</th>
            <th scope="col">Connector</th>
            <th scope="col">Assistant</th>
            <th scope="col">Time</th>
            <th scope="col" className="number">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.id}>
              <td>
                <CallStatus call={call} />
              </td>
              <th scope="row">
                <Link to="/calls/$id" params={{ id: call.id }}>
                  <Foreign text={call.tool} />
                </Link>
              </th>
              <td>{call.connector === null ? <span className="help">none</span> : <Foreign text={call.connector} />}</td>
              <td>
                <Foreign text={call.assistant} />
              </td>
              <td>
                <Time at={call.at} to="second" />
              </td>
              <td className="number">{duration(call.durationMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
