import type { Finding } from '../api/publishing.ts'
import { Foreign } from '../parts/foreign.tsx'

type Shown = Finding & { readonly key?: string; readonly dismissed?: { readonly reason: string } | null }

const severities = { blocks: ['Blocks', 'bad'], warns: ['Warns', 'caution'], notes: ['Notes', 'plain'] } as const
const order = ['blocks', 'warns', 'notes'] as const

/** What the machine found, gravest first, each with where it stands and the clause it comes from. @param beside what can be done about one */
export function Findings({ findings, beside }: { readonly findings: readonly Shown[]; readonly beside?: (finding: Shown) => React.ReactNode }) {
  return (
    <section>
      <h2>Findings</h2>
      {findings.length === 0 ? <p className="help">The machine found nothing.</p> : null}
      <ul>
        {order.flatMap((severity) =>
          findings
            .filter((finding) => finding.severity === severity)
            .map((finding) => {
              const [words, tone] = severities[severity]
              return (
                <li key={`${finding.rule} ${finding.pointer} ${finding.message}`} className="finding">
                  <p>
                    <span className={`chip ${finding.dismissed == null ? tone : 'plain'}`}>{finding.dismissed == null ? words : 'Put aside'}</span>{' '}
                    <Foreign text={finding.message} />
                  </p>
                  <p className="help">
                    {finding.rule}
                    {finding.clause === '' ? '' : `, clause ${finding.clause}`}
                    {finding.pointer === '' ? null : (
                      <>
                        , at{' '}
                        <code>
                          <Foreign text={finding.pointer} />
                        </code>
                      </>
                    )}
                  </p>
                  {finding.dismissed == null ? (
                    beside?.(finding)
                  ) : (
                    <p className="help">
                      Because: <Foreign text={finding.dismissed.reason} lines />
                    </p>
                  )}
                </li>
              )
            }),
        )}
      </ul>
    </section>
  )
}
