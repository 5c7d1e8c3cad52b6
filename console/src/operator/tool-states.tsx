import { useQuery } from '@tanstack/react-query'
import { stateQuery } from '../api/review.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Time } from '../parts/time.tsx'

const states = {
  live: ['Live', 'good'],
  'update-paused': ['Update waits', 'caution'],
  paused: ['Paused', 'bad'],
  new: ['New', 'plain'],
  removed: ['Goes away', 'caution'],
} as const
const outcomes = {
  same: 'and was what was reviewed',
  drifted: 'and differed from what was reviewed',
  'not-reached': 'and could not be asked',
  'cannot-look': 'and there is no way to ask it',
} as const

/** Where each tool stands, and whether the connector still is what was reviewed. */
export function ToolStates({ slug }: { readonly slug: string }) {
  const { data } = useQuery(stateQuery(slug))
  if (data === undefined || data.tools.length === 0) return null
  const { tools, lastLook } = data
  return (
    <section>
      <h2>Tools</h2>
      <p className="help">
        {lastLook === null ? (
          'It was not looked at again yet.'
        ) : (
          <>
            Last looked at <Time at={lastLook.at} />, {outcomes[lastLook.outcome]}. <Foreign text={lastLook.detail ?? ''} />
          </>
        )}
      </p>
      <ul className="rows">
        {tools.map(({ tool, state, because }) => (
          <li key={tool} className="row">
            <code>
              <Foreign text={tool} />
            </code>
            <span className={`chip ${states[state][1]}`}>{states[state][0]}</span>
            {because === null ? null : (
              <span className="help">
                <Foreign text={because} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
