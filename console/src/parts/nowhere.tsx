import { Link } from '@tanstack/react-router'
import { Page } from './page.tsx'

/** For addresses that lead to no page. */
export function Nowhere() {
  return (
    <main id="content" className="broken">
      <Page title="There is no such page" lead="The address may be mistyped, or what stood here is gone.">
        <p>
          <Link to="/">Back to the start</Link>
        </p>
      </Page>
    </main>
  )
}
