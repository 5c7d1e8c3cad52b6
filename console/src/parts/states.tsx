import type { UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Problem } from './problem.tsx'

/** Shown only when waiting takes long enough to be noticed: a flash of "loading" is worse than nothing. */
export function Loading({ what }: { readonly what: string }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200)
    return () => clearTimeout(timer)
  }, [])
  return (
    <p role="status" className="loading">
      {late ? `Loading ${what}…` : ''}
    </p>
  )
}

/** Nothing here, and what would put something here. */
export function Empty({ title, children }: { readonly title: string; readonly children?: React.ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  )
}

type Asked<Data> = Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>

/** One of: waiting, a problem with another try, or what was asked for. Old data stays on the screen while a newer answer fails. */
export function Answered<Data>({
  asked,
  what,
  children,
}: {
  readonly asked: Asked<Data>
  readonly what: string
  readonly children: (data: Data) => React.ReactNode
}) {
  if (asked.data !== undefined) return children(asked.data)
  if (asked.error !== null) return <Problem error={asked.error} retry={() => void asked.refetch()} />
  return <Loading what={what} />
}
