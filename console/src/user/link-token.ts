import { useState } from 'react'

/**
 * The token of a one-time link: the part of the address after `#`, which browsers never send. It is taken out of the address bar at once, so
 * that it stays out of the history, of screenshots and of what is copied from there.
 */
export function useLinkToken(): string {
  const [token] = useState(() => {
    const found = location.hash.slice(1)
    if (found !== '') history.replaceState(history.state, '', location.pathname)
    return found
  })
  return token
}
