export type Theme = 'system' | 'light' | 'dark'

const KEY = 'handfast-theme'

/** What this browser was told; `system` where nobody chose, or nothing can be kept. */
export function theme(): Theme {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  } catch {
    return 'system'
  }
}

export function wear(chosen: Theme): void {
  if (chosen === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosen
}

export function choose(chosen: Theme): void {
  wear(chosen)
  try {
    if (chosen === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, chosen)
  } catch {
    // A browser that keeps nothing still wears the theme until it is closed.
  }
}
