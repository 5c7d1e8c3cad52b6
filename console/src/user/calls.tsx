import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type CallFilter, callsQuery, states, stateWords } from '../api/calls.ts'
import { directoryQuery } from '../api/connectors.ts'
import { Button } from '../parts/button.tsx'
import { itemsOf, More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { CallList } from './call-list.tsx'

/** Every call made for this person, kept for this person. */
export function CallsPage() {
  const filter = useSearch({ from: '/house/calls' })
  const navigate = useNavigate()
  const asked = useInfiniteQuery(callsQuery(filter))
  const change = (next: CallFilter) => void navigate({ to: '/calls', search: next, replace: true })
  const filtered = filter.connector !== undefined || filter.state !== undefined
  return (
    <Page
      title="Calls"
      lead="What your assistants asked connectors to do, what was sent and what came back. Only you can open the contents."
      aside={
        <Button pending={asked.isRefetching && !asked.isFetchingNextPage} onPress={() => void asked.refetch()}>
          Refresh
        </Button>
      }
    >
      <Filters filter={filter} change={change} />
      <Answered asked={asked} what="your calls">
        {(data) => {
          const calls = itemsOf(data)
          if (calls.length === 0)
            return filtered ? <Empty title="No call fits these filters." /> : <Empty title="No assistant has called anything for you yet." />
          return (
            <>
              <CallList calls={calls} />
              <More asked={asked} />
            </>
          )
        }}
      </Answered>
    </Page>
  )
}

function Filters({ filter, change }: { readonly filter: CallFilter; readonly change: (next: CallFilter) => void }) {
  const { data } = useInfiniteQuery(directoryQuery())
  const slugs = new Set([
    ...(data === undefined ? [] : itemsOf(data).map((entry) => entry.slug)),
    ...(filter.connector === undefined ? [] : [filter.connector]),
  ])
  return (
    <search className="filters" aria-label="Filter calls">
      <label>
        Connector
        <select value={filter.connector ?? ''} onChange={(event) => change({ ...filter, connector: event.target.value || undefined })}>
          <option value="">All</option>
          {[...slugs].map((slug) => (
            <option key={slug} value={slug}>
              {slug}
            </option>
          ))}
        </select>
      </label>
      <label>
        Outcome
        <select value={filter.state ?? ''} onChange={(event) => change({ ...filter, state: states.find((state) => state === event.target.value) })}>
          <option value="">All</option>
          {states.map((state) => (
            <option key={state} value={state}>
              {stateWords[state]}
            </option>
          ))}
        </select>
      </label>
      {filter.connector === undefined && filter.state === undefined ? null : (
        <Button tone="quiet" onPress={() => change({})}>
          Show all
        </Button>
      )}
    </search>
  )
}
