import { Outlet } from '@tanstack/react-router'
import { Wordmark } from './mark.tsx'
import { Prover } from './prove.tsx'
import { ReachBanner } from './reach.tsx'

/** The frame around the pages for people who are not inside yet. */
export function Door() {
  return (
    <div className="door">
      <Wordmark />
      <main id="content">
        <ReachBanner />
        <Outlet />
      </main>
      <Prover />
      <p className="help">Connectors that keep their word.</p>
    </div>
  )
}
