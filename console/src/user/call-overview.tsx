import type { CallDetail } from '../api/calls.ts'
import { Time } from '../parts/time.tsx'
import { asked, CallStatus, duration } from './call-list.tsx'

const meanings: Readonly<Record<CallDetail['state'], string>> = {
  sent: 'The call was sent and its answer is still awaited.',
  answered: 'The connector answered.',
  'tool-error': 'The connector answered that its tool could not do it.',
  failed: 'The connector could not be reached, or what it answered could not be used.',
  refused: 'Handfast refused the call. Nothing was sent.',
  cancelled: 'The assistant took the call back before the answer came. The connector may have acted.',
  unknown: 'The server stopped between sending and answer. Nobody knows whether the connector acted; it is not sent again by itself.',
}

export function CallOverview({ of }: { readonly of: CallDetail }) {
  return (
    <dl className="facts">
      <div>
        <dt>Outcome</dt>
        <dd>
          <CallStatus call={of} />{' '}
          {asked(of)
            ? 'It needed your approval, so you were asked. Nothing was sent; with your yes, the assistant makes the call again.'
            : meanings[of.state]}
        </dd>
      </div>
      {of.code === null ? null : (
        <div>
          <dt>Reason</dt>
          <dd>
            <code>{of.code}</code>
          </dd>
        </div>
      )}
      <div>
        <dt>Asked</dt>
        <dd>
          <Time at={of.at} to="second" />
        </dd>
      </div>
      <div>
        <dt>Took</dt>
        <dd>{of.durationMs === null ? 'not over yet' : duration(of.durationMs)}</dd>
      </div>
      <div>
        <dt>Protocol</dt>
        <dd>{of.protocol}</dd>
      </div>
      <div>
        <dt>Call</dt>
        <dd>
          <code>{of.id}</code>
        </dd>
      </div>
    </dl>
  )
}
