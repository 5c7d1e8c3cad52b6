import type { NeedView } from '@handfast/contract'
import { Foreign } from '../parts/foreign.tsx'

/** Whose yes a call needs, what asks for it, and who said yes so far. */
export function Needs({ needs }: { readonly needs: readonly NeedView[] }) {
  return (
    <section className="panel">
      <h2>Who has to say yes</h2>
      <ul className="rows">
        {needs.map((need) => (
          <li key={need.rule ?? need.from} className="row">
            <span>{need.from === 'you' ? 'The person whose call it is' : whoText(need)}</span>
            <span className="help">
              {need.rule === null ? 'by their own choice' : `rule ${need.rule}, version ${need.version ?? ''}`}
              {need.because === '' ? null : (
                <>
                  : <Foreign text={need.because} />
                </>
              )}
            </span>
            <span className={need.settledBy === null ? 'chip caution' : 'chip good'}>
              {need.settledBy === null ? 'Not yet' : `Yes: ${need.settledBy.name}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function whoText({ who }: NeedView): string {
  if (who === null) return ''
  const named = [
    ...who.groups.map((name) => `group ${name}`),
    ...who.people.map(({ name }) => name),
    ...(who.owners ? ['an owner of the workspace'] : []),
  ]
  return `${named.join(', or ')}${who.notWhoAsks ? ', but not whoever asks' : ''}`
}
