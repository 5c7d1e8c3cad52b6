import { useEffect, useRef } from 'react'

/**
 * What came of something that the person just did. It takes the place of the button that did it, and the focus with it: otherwise keyboard
 * and screen reader would be sent back to the top of the page.
 * @param isNew false where it was so already when the page opened
 */
export function News({ isNew, tone, children }: { readonly isNew: boolean; readonly tone: 'good' | 'caution'; readonly children: React.ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isNew && (document.activeElement === null || document.activeElement === document.body)) box.current?.focus()
  }, [isNew])
  return (
    <div ref={box} tabIndex={-1} role="status" className={`notice ${tone}`}>
      {children}
    </div>
  )
}
