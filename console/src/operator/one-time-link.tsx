import type { IssuedLink } from '../api/people.ts'
import { Button } from '../parts/button.tsx'
import { Copyable } from '../parts/copy.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Time } from '../parts/time.tsx'

/** A one-time link, shown once, to be handed over on a way that the operator trusts. */
export function OneTimeLink({ issued, close }: { readonly issued: IssuedLink; readonly close: () => void }) {
  return (
    <>
      <p role="status">
        Give this link to <Foreign text={issued.user.name} />. <strong>It is shown only now,</strong> works once and until{' '}
        <Time at={issued.expiresAt} />. Whoever opens it first sets the password.
      </p>
      <Copyable label="One-time link" text={issued.link} />
      <div className="actions">
        <Button tone="main" onPress={close}>
          I have kept it
        </Button>
      </div>
    </>
  )
}
