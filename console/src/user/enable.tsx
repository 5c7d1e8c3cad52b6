import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox } from 'react-aria-components'
import { type DirectoryDetail, enableConnector } from '../api/connectors.ts'
import { Button } from '../parts/button.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { News } from '../parts/news.tsx'
import { Problem } from '../parts/problem.tsx'
import { reflowed } from '../parts/reflow.ts'
import { Time } from '../parts/time.tsx'

/** What the connector receives, the notice in its own words, the terms that bind its publisher; then the choice. */
export function Enable({ of }: { readonly of: DirectoryDetail }) {
  const [before] = useState(of.choice)
  return (
    <>
      {of.choice === 'changed' ? <Changed changes={of.changes} /> : null}
      <Receives fields={of.receives} />
      <Notice of={of} />
      <Terms of={of} />
      {of.choice === 'enabled' ? <Since of={of} isNew={before !== 'enabled'} /> : <Choice of={of} />}
    </>
  )
}

function Changed({ changes }: { readonly changes: readonly string[] }) {
  return (
    <div className="notice caution" role="note">
      <p>
        <strong>This connector changed since you enabled it.</strong> Its calls wait until you have looked and agreed again.
      </p>
      <ul>
        {changes.map((change) => (
          <li key={change}>
            <Foreign text={change} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Receives({ fields }: { readonly fields: readonly string[] }) {
  return (
    <section className="panel">
      <h2>What it receives about you</h2>
      {fields.length === 0 ? (
        <p>It declares no personal data.</p>
      ) : (
        <ul className="plain-list">
          {fields.map((field) => (
            <li key={field}>
              <Foreign text={field} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Notice({ of }: { readonly of: DirectoryDetail }) {
  return (
    <section className="panel">
      <h2>Privacy notice</h2>
      {of.privacyNotice === null || of.privacyNotice.text.trim() === '' ? (
        <p>The publisher gave none, because the connector declares no personal data.</p>
      ) : (
        <div className="prose notice-text">
          <Foreign text={reflowed(of.privacyNotice.text)} lines />
        </div>
      )}
    </section>
  )
}

function Terms({ of }: { readonly of: DirectoryDetail }) {
  if (of.terms.length === 0) return null
  return (
    <p className="help">
      <Foreign text={of.publisher.name} /> accepted{' '}
      {of.terms.map((term, at) => (
        <span key={term.document}>
          {at === 0 ? '' : ' and '}
          <Foreign text={term.document.replaceAll('-', ' ')} /> {term.label} (in force since <Time at={term.effectiveAt} to="day" />)
        </span>
      ))}
      .
    </p>
  )
}

function Since({ of, isNew }: { readonly of: DirectoryDetail; readonly isNew: boolean }) {
  return (
    <News isNew={isNew} tone="good">
      Enabled
      {of.enabledAt === null ? null : (
        <>
          {' '}
          on <Time at={of.enabledAt} />
        </>
      )}
      . Your assistants can use it.
    </News>
  )
}

function Choice({ of }: { readonly of: DirectoryDetail }) {
  const [read, setRead] = useState(false)
  const client = useQueryClient()
  const notice = of.privacyNotice
  const act = useMutation({
    mutationFn: () => enableConnector(of.slug, notice?.sha256 ?? ''),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['connector', of.slug] })
      void client.invalidateQueries({ queryKey: ['directory'] })
    },
  })
  const keyMissing = of.credential.needed && of.credential.given === 'none'
  const missing = keyMissing ? 'Save the key first.' : read ? '' : 'Tick the box once you have read it.'
  return (
    <div className="choice">
      <Checkbox className="check" isSelected={read} onChange={setRead}>
        <span className="box" aria-hidden="true" />I have read what it can do, what it receives and the privacy notice.
      </Checkbox>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button tone="main" isDisabled={missing !== '' || notice === null} pending={act.isPending} onPress={() => act.mutate()}>
          {of.choice === 'changed' ? 'Agree and go on' : 'Enable'}
        </Button>
        <span className="help">{missing}</span>
      </div>
    </div>
  )
}
