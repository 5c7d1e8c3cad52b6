import type { EffectWord } from '@handfast/contract'
import type { DirectoryDetail } from '../api/connectors.ts'
import { Foreign } from '../parts/foreign.tsx'

const groups: readonly { readonly effect: EffectWord; readonly title: string; readonly meaning: string }[] = [
  { effect: 'read', title: 'What it can read', meaning: 'These look something up and change nothing.' },
  { effect: 'change', title: 'What it can change', meaning: 'These make or alter something in your name.' },
  { effect: 'destroy', title: 'What it can destroy', meaning: 'These can delete or end something. You are asked about each call by itself.' },
]

/** Descriptions made from OpenAPI documents begin with the title, which stands above them already. */
function beyondTitle({ title, description }: { readonly title: string | null; readonly description: string }): string {
  if (title === null || !description.startsWith(title)) return description
  const rest = description.slice(title.length)
  return rest === '' || /^\s*\n/.test(rest) ? rest.trim() : description
}

/** The tools of a connector in the three groups that matter to people. */
export function ConnectorTools({ tools }: { readonly tools: DirectoryDetail['tools'] }) {
  return groups.map(({ effect, title, meaning }) => {
    const mine = tools.filter((tool) => tool.effect === effect)
    if (mine.length === 0) return null
    return (
      <section key={effect} className={`tools ${effect}`} aria-label={title}>
        <h2>{title}</h2>
        <p className="help">{meaning}</p>
        <ul>
          {mine.map((tool) => (
            <li key={tool.name}>
              <p className="tool-name">
                <Foreign text={tool.title ?? tool.name} />{' '}
                {tool.off ? (
                  <span className="chip caution">new: off until you agree</span>
                ) : (
                  <span className="help">{tool.asks ? 'asks you first' : 'runs without asking'}</span>
                )}
              </p>
              <p className="tool-text">
                <Foreign text={beyondTitle(tool)} lines />
              </p>
              {tool.title === null ? null : (
                <p className="help">
                  <code>
                    <Foreign text={tool.name} />
                  </code>
                </p>
              )}
            </li>
          ))}
        </ul>
      </section>
    )
  })
}
