import type { DirectoryDetail } from '../api/connectors.ts'
import { Effect } from '../parts/effect.tsx'
import { Foreign } from '../parts/foreign.tsx'

/** Only what is new since the person agreed, tool by tool. */
export function NewTools({ of }: { readonly of: DirectoryDetail }) {
  if (of.newTools.length === 0) return null
  return (
    <section className="panel">
      <h2>What is new</h2>
      <p>These are off until you agree to them. Everything you agreed to before goes on working.</p>
      <ul className="rows">
        {of.newTools.map((growth) => {
          const tool = of.tools.find(({ name }) => name === growth.tool)
          return (
            <li key={growth.tool} className="row new-tool">
              <p className="tool-name">
                <Foreign text={tool?.title ?? growth.tool} /> <Effect effect={growth.effect} />
              </p>
              <p className="help">{inWords(growth)}</p>
              {growth.before === null && tool !== undefined ? (
                <p className="tool-text">
                  <Foreign text={tool.description} lines />
                </p>
              ) : null}
              {growth.fields.length === 0 ? null : (
                <p className="help">
                  It can now also be sent:{' '}
                  {growth.fields.slice(0, 20).map((field) => (
                    <code key={field}>
                      <Foreign text={`${field.endsWith('/*') ? `anything in ${field.slice(0, -2) || 'its arguments'}` : field.slice(1)}`} />{' '}
                    </code>
                  ))}
                  {growth.fields.length > 20 ? `and ${growth.fields.length - 20} more` : null}
                </p>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function inWords({ before, effect }: DirectoryDetail['newTools'][number]): string {
  if (before === null) return 'A new tool.'
  if (before === effect) return 'It takes more than before.'
  return before === 'read' ? 'Before, it only read.' : 'Before, it could not destroy anything.'
}
