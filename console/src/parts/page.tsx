import { useEffect, useRef } from 'react'
import { Foreign } from './foreign.tsx'
import { plainly } from './hidden-characters.ts'

let here: string | null = null
let moved = false

/** Says whether the heading of a page that has just come up takes the focus. */
function takesFocus(path: string): boolean {
  const arrives = here !== path
  if (arrives) moved = here !== null
  here = path
  // A page that first said "loading" comes up twice; by then the focus may be on its way through the page, and stays there.
  return moved && (arrives || document.activeElement === document.body)
}

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
    if (takesFocus(location.pathname)) heading.current?.focus()
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
