import { useEffect, useState } from 'react'
import { serverNow } from '../api/ask.ts'

/** Whole seconds until a moment, by the server's clock; never below nought. */
export function useSecondsUntil(at: string): number {
  const left = () => Math.max(0, Math.ceil((Date.parse(at) - serverNow()) / 1_000))
  const [seconds, setSeconds] = useState(left)
  useEffect(() => {
    const tick = () => setSeconds(Math.max(0, Math.ceil((Date.parse(at) - serverNow()) / 1_000)))
    tick()
    const timer = setInterval(tick, 500)
    return () => clearInterval(timer)
  }, [at])
  return seconds
}

/** Remaining time as a clock shows it. Screen readers hear it when they ask, and once when a minute is left. */
export function Countdown({ to }: { readonly to: string }) {
  const seconds = useSecondsUntil(to)
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  return (
    <>
      <span role="timer" className={seconds <= 60 ? 'countdown short' : 'countdown'}>
        {text}
      </span>
      <span role="status" className="only-heard">
        {seconds > 0 && seconds <= 60 ? 'Less than a minute is left.' : ''}
      </span>
    </>
  )
}
