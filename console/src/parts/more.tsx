import type { Page } from '@handfast/contract'
import type { InfiniteData } from '@tanstack/react-query'
import { Button } from './button.tsx'
import { Problem } from './problem.tsx'

/** All items of the pages that were loaded so far. */
export function itemsOf<Item>(data: InfiniteData<Page<Item>, unknown>): readonly Item[] {
  return data.pages.flatMap((page) => page.items)
}

type Asked = {
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly isFetchNextPageError: boolean
  readonly error: unknown
  readonly fetchNextPage: () => unknown
}

/** The next page of a list, when asked for. */
export function More({ asked }: { readonly asked: Asked }) {
  if (asked.isFetchNextPageError) return <Problem error={asked.error} retry={() => void asked.fetchNextPage()} />
  if (!asked.hasNextPage) return null
  return (
    <div className="more">
      <Button pending={asked.isFetchingNextPage} onPress={() => void asked.fetchNextPage()}>
        Load more
      </Button>
    </div>
  )
}
