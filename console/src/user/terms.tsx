import type { BundleView } from '../api/terms.ts'
import { Foreign } from '../parts/foreign.tsx'
import { reflowed } from '../parts/reflow.ts'
import { Empty } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'

/** What publishers of connectors accept, in its exact words. */
export function Documents({ bundle }: { readonly bundle: BundleView }) {
  if (bundle.documents.length === 0) return <Empty title="No terms are in force." />
  return bundle.documents.map((edition) => (
    <section key={edition.id} className="panel">
      <h2>{edition.document.replaceAll('-', ' ')}</h2>
      <p className="help">
        Edition {edition.label}, in force since <Time at={edition.effectiveAt} to="day" />.{' '}
        <code title={edition.sha256}>{edition.sha256.slice(0, 12)}</code>
      </p>
      <div className="prose">
        <Foreign text={reflowed(edition.body)} lines />
      </div>
    </section>
  ))
}
