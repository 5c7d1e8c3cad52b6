import { Outlet } from '@tanstack/react-router'
import { Wordmark } from './mark.tsx'
import { Navigation } from './navigation.tsx'
import { Prover } from './prove.tsx'
import { ReachBanner } from './reach.tsx'
import { useSession } from './session.tsx'

/** The frame around every page behind the sign-in. */
export function Shell() {
  // Whoever an assistant sent here gets the page that it sent them to; the others are not for this session.
  const hosted = useSession()?.hostedBy != null
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the page
      </a>
      {hosted ? <Wordmark /> : <Navigation />}
      <main id="content" tabIndex={-1}>
        <ReachBanner />
        <Outlet />
      </main>
      <Prover />
    </div>
  )
}
