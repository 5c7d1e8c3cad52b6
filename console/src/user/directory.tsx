import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Input, Label, SearchField } from 'react-aria-components'
import { type DirectoryEntry, directoryQuery } from '../api/connectors.ts'
import { itemsOf, More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { useRole } from '../parts/session.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { ConnectorCard } from './connector-card.tsx'
import { HiddenByRules } from './hidden-by-rules.tsx'

export function DirectoryPage() {
  const asked = useInfiniteQuery(directoryQuery())
  const [words, setWords] = useState('')
  return (
    <Page title="Directory" lead="Connectors that were reviewed and may run here. Nothing is used before you enable it.">
      <Answered asked={asked} what="the directory">
        {(data) => {
          const all = itemsOf(data)
          if (all.length === 0) return <NothingYet />
          const shown = all.filter((entry) => matches(entry, words))
          return (
            <>
              {all.length > 6 ? (
                <SearchField className="search" value={words} onChange={setWords}>
                  <Label>Search by name, publisher or purpose</Label>
                  <Input />
                </SearchField>
              ) : null}
              <p role="status" className="only-heard">
                {words === '' ? '' : `${shown.length} found`}
              </p>
              {shown.length === 0 ? <Empty title="Nothing here has these words." /> : null}
              <ul className="cards">
                {shown.map((entry) => (
                  <li key={entry.id}>
                    <ConnectorCard entry={entry} />
                  </li>
                ))}
              </ul>
              <More asked={asked} />
            </>
          )
        }}
      </Answered>
      <HiddenByRules />
    </Page>
  )
}

function matches(entry: DirectoryEntry, words: string): boolean {
  const text = `${entry.name} ${entry.slug} ${entry.publisher.name} ${entry.description}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function NothingYet() {
  const runs = useRole('operator', 'reviewer')
  return (
    <Empty title="No connector runs here yet.">
      {runs ? (
        <p>
          <Link to="/publish/new">Hand one in</Link>, or from a terminal: <code>handfast connector add</code> with its manifest. It then waits for
          your review under <Link to="/publish">Connectors</Link>.
        </p>
      ) : (
        <p>As soon as an operator has approved one, it appears here.</p>
      )}
    </Empty>
  )
}
