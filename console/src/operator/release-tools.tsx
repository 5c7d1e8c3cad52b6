import type { ReleaseTool } from '@handfast/contract'
import { Effect } from '../parts/effect.tsx'
import { Foreign } from '../parts/foreign.tsx'

/** Every tool as assistants will see it, with the schema that its arguments have to fit. */
export function ReleaseTools({ tools }: { readonly tools: readonly ReleaseTool[] }) {
  return (
    <section>
      <h2>
        {tools.length} {tools.length === 1 ? 'tool' : 'tools'}
      </h2>
      <ul className="rows">
        {tools.map((tool) => (
          <li key={tool.name} className="finding">
            <p>
              <code>
                <Foreign text={tool.name} />
              </code>{' '}
              <Effect effect={tool.effect === 'destructive' ? 'destroy' : tool.effect} />{' '}
              {tool.consequential ? <span className="chip plain">asks the user</span> : null}
            </p>
            <p>
              <Foreign text={tool.description} lines />
            </p>
            {tool.operation === undefined ? null : (
              <p className="help">
                <code>
                  {tool.operation.method} <Foreign text={tool.operation.path} />
                </code>
              </p>
            )}
            <details>
              <summary>Schema of the arguments</summary>
              <pre className="json">
                <Foreign text={JSON.stringify(tool.inputSchema, null, 2)} lines />
              </pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  )
}
