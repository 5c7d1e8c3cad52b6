import { Link } from '@tanstack/react-router'

/** The three steps from nothing to the first governed call. Gone once all are done. */
export function GettingStarted({ enabled, held, called }: { readonly enabled: boolean; readonly held: boolean; readonly called: boolean }) {
  if (enabled && held && called) return null
  return (
    <section className="start" aria-labelledby="start">
      <h2 id="start">Three steps to the first call</h2>
      <ol>
        <Step done={enabled} title="Enable a connector" next={!enabled}>
          Read what it receives in the <Link to="/directory">directory</Link>, then enable it.
        </Step>
        <Step done={held} title="Connect an assistant" next={enabled && !held}>
          Give it the address <code>{location.origin}/mcp</code>; it sends you here to let it in. If it cannot do that, make it a{' '}
          <Link to="/tokens">token</Link>; the configuration comes with it, ready to paste.
        </Step>
        <Step done={called} title="Let it call, and approve" next={enabled && held && !called}>
          Ask your assistant for something the connector can do. When the call has consequences, it waits under <Link to="/approvals">Approvals</Link>{' '}
          for your yes.
        </Step>
      </ol>
    </section>
  )
}

function Step({
  done,
  next,
  title,
  children,
}: {
  readonly done: boolean
  readonly next: boolean
  readonly title: string
  readonly children: React.ReactNode
}) {
  return (
    <li className={done ? 'step done' : next ? 'step next' : 'step'} aria-current={next ? 'step' : undefined}>
      <p className="step-title">
        {title}
        {done ? <span className="chip good">Done</span> : null}
      </p>
      <p>{children}</p>
    </li>
  )
}
