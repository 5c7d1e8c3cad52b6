import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { SubmittedRelease } from '../api/publishing.ts'
import { acceptancesQuery, developersQuery, termsQuery } from '../api/terms.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Answered } from '../parts/states.tsx'
import { AcceptTerms, covers, Organisation } from './accept-terms.tsx'
import { Draft } from './draft.tsx'
import { Findings } from './findings.tsx'

type Done = { readonly slug: string; readonly release: SubmittedRelease }

/** From an address or a document to a release that waits for review: who publishes it, the terms, what it is. */
export function HandInPage() {
  const asked = useQuery(developersQuery)
  const [chosen, setChosen] = useState('')
  const [done, setDone] = useState<Done | null>(null)
  if (done !== null) return <HandedIn {...done} />
  return (
    <Page
      title="Hand in a connector"
      width="text"
      lead="An MCP server, or an HTTP API with its OpenAPI document. Nothing is live before it was reviewed."
    >
      <Answered asked={asked} what="your organisations">
        {({ items }) => {
          const developer = chosen === '' ? (items[0]?.id ?? '') : chosen
          return (
            <>
              <section className="panel">
                <h2>1. Who publishes it</h2>
                <Organisation known={items} chosen={developer} onChoose={setChosen} />
              </section>
              {developer === '' ? null : <Rest key={developer} developer={developer} onDone={setDone} />}
            </>
          )
        }}
      </Answered>
    </Page>
  )
}

function Rest({ developer, onDone }: { readonly developer: string; readonly onDone: (done: Done) => void }) {
  const bundle = useQuery(termsQuery)
  const acceptances = useQuery(acceptancesQuery(developer))
  const [now, setNow] = useState(false)
  const before = bundle.data !== undefined && acceptances.data?.items.some(({ documents }) => covers(documents, bundle.data)) === true
  return (
    <>
      <section className="panel">
        <h2>2. The terms</h2>
        <AcceptTerms developer={developer} onAccepted={setNow} />
      </section>
      {before || now ? (
        <section className="panel">
          <h2>3. What it is</h2>
          <Draft developer={developer} onDone={(slug, release) => onDone({ slug, release })} />
        </section>
      ) : null}
    </>
  )
}

function HandedIn({ slug, release }: Done) {
  return (
    <Page title="Handed in" width="text">
      <p className="notice good" role="status">
        Release {release.number} of <code>{slug}</code> with {release.tools} {release.tools === 1 ? 'tool' : 'tools'} waits for review.
      </p>
      <p>
        <Link to="/publish/$slug/$number" params={{ slug, number: String(release.number) }}>
          Look at it
        </Link>
      </p>
      <section>
        <h2>What the machine found</h2>
        <Findings findings={release.findings} />
      </section>
      {release.left.length === 0 ? null : (
        <section>
          <h2>Tools that cannot be offered</h2>
          <ul className="plain-list">
            {release.left.map(({ tool, reason }) => (
              <li key={`${tool} ${reason}`}>
                <code>
                  <Foreign text={tool} />
                </code>
                : <Foreign text={reason} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Page>
  )
}
