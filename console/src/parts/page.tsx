import { useEffect, useRef } from 'react'
import { Foreign } from './foreign.tsx'
import { plainly } from './hidden-characters.ts'

let visited = 0

/**
 * A page with its one first heading. After a move inside the console the heading gets the focus, so that keyboard and screen reader start
 * where the new page starts; the first page of a visit leaves the focus to the browser.
 */
export function Page({
  title,
  lead,
  aside,
  children,
  width = 'wide',
}: {
  readonly title: string
  readonly lead?: React.ReactNode
  /** Beside the heading: the one thing to do here. */
  readonly aside?: React.ReactNode
  readonly width?: 'wide' | 'text'
  readonly children: React.ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (visited++ > 0) heading.current?.focus()
  }, [])
  useEffect(() => {
    document.title = `${plainly(title)} · Handfast`
  }, [title])
  return (
    <article className={`page ${width}`}>
      <header className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            <Foreign text={title} />
          </h1>
          {lead === undefined ? null : <p className="lead">{lead}</p>}
        </div>
        {aside}
      </header>
      {children}
    </article>
  )
}
