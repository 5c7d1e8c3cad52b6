import { useId, useState } from 'react'
import { Button } from './button.tsx'

/** Text to take away, with a button that takes it. Where the browser has no clipboard to give, the text is selected instead. */
export function Copyable({ label, text }: { readonly label: string; readonly text: string }) {
  const id = useId()
  const [said, setSaid] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('Copied')
    } catch {
      const node = document.getElementById(id)
      if (node !== null) getSelection()?.selectAllChildren(node)
      setSaid('Selected: copy it with your keyboard')
    }
  }
  return (
    <div className="copyable">
      <div className="copyable-head">
        <span className="copyable-label">{label}</span>
        <span role="status" className="copied">
          {said}
        </span>
        <Button tone="quiet" onPress={() => void copy()} aria-label={`Copy: ${label}`}>
          Copy
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
      <section id={id} tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
    </div>
  )
}
