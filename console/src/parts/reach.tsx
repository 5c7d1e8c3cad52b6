import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { reach } from '../api/ask.ts'

const AGAIN = 5_000

/** Says that the server does not answer, and asks again until it does. Pages keep showing what they had. */
export function ReachBanner() {
  const reachable = useSyncExternalStore(reach.listen, reach.now)
  const client = useQueryClient()
  useEffect(() => {
    if (reachable) return
    const again = () => void client.refetchQueries({ type: 'active' })
    const timer = setInterval(again, AGAIN)
    addEventListener('online', again)
    return () => {
      clearInterval(timer)
      removeEventListener('online', again)
    }
  }, [reachable, client])
  return (
    <div role="status" className={reachable ? 'only-heard' : 'reach-banner'}>
      {reachable ? '' : 'Handfast does not answer. What you see may be out of date; nothing you do now is saved.'}
    </div>
  )
}
