import { Outlet } from '@tanstack/react-router'
import { Navigation } from './navigation.tsx'
import { Prover } from './prove.tsx'
import { ReachBanner } from './reach.tsx'

/** The frame around every page behind the sign-in. */
export function Shell() {
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the page
      </a>
      <Navigation />
      <main id="content" tabIndex={-1}>
        <ReachBanner />
        <Outlet />
      </main>
      <Prover />
    </div>
  )
}
