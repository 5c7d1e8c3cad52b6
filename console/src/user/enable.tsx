import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Checkbox } from 'react-aria-components'
import { type DirectoryDetail, enableConnector } from '../api/connectors.ts'
import { Button } from '../parts/button.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { News } from '../parts/news.tsx'
import { Problem } from '../parts/problem.tsx'
import { Time } from '../parts/time.tsx'
import { NewTools } from './new-tools.tsx'
import { PrivacyNotice } from './privacy-notice.tsx'

/** What is new, what the connector receives, the notice in its own words, the terms that bind its publisher; then the choice. */
export function Enable({ of, onLanguage }: { readonly of: DirectoryDetail; readonly onLanguage: (language: string) => void }) {
  const [before] = useState(of.choice)
  const rest = (
    <>
      <Receives fields={of.receives} />
      <PrivacyNotice of={of} onLanguage={onLanguage} />
      <Age of={of} />
      <Terms of={of} />
    </>
  )
  if (of.choice === 'grown')
    return (
      <>
        <NewTools of={of} />
        <Choice of={of} />
        <details className="agreed">
          <summary>What you agreed to before</summary>
          {rest}
        </details>
        <Receipts of={of} />
      </>
    )
  return (
    <>
      {of.choice === 'changed' ? <Changed changes={of.changes} /> : null}
      <NewTools of={of} />
      {rest}
      {of.choice === 'enabled' ? <Since of={of} isNew={before !== 'enabled'} /> : <Choice of={of} />}
      <Receipts of={of} />
    </>
  )
}

function Age({ of }: { readonly of: DirectoryDetail }) {
  if (of.ageRating === 'everyone') return null
  const from = of.ageRating.replace('+', '')
  if (of.age.enough) return <p className="help">For people of {from} and older.</p>
  return (
    <div className="notice caution" role="note">
      <p>
        <strong>For people of {from} and older.</strong>{' '}
        {of.age.band === 'unknown'
          ? 'Nobody has said here how old you are. Whoever runs this Handfast can.'
          : 'You are younger than that, by what is known here, so you cannot enable it.'}
      </p>
    </div>
  )
}

/** What the person agreed to, to take along. */
function Receipts({ of }: { readonly of: DirectoryDetail }) {
  if (of.receipts.length === 0) return null
  return (
    <section>
      <h2>Receipts</h2>
      <ul className="plain-list">
        {of.receipts.map(({ id, at, endedAt }) => (
          <li key={id}>
            <Link to="/connectors/$slug/receipts/$id" params={{ slug: of.slug, id }}>
              Agreed on <Time at={at} />
            </Link>
            {endedAt === null ? null : (
              <span className="help">
                {' '}
                until <Time at={endedAt} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
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
      . <a href="/terms">Read them</a>
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
    mutationFn: () => enableConnector(of),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['connector', of.slug] })
      void client.invalidateQueries({ queryKey: ['directory'] })
    },
  })
  const keyMissing = of.credential.needed && of.credential.given === 'none'
  const isDifference = of.choice === 'grown'
  const missing = !of.age.enough
    ? 'You are not old enough for it, by what is known here.'
    : keyMissing && !isDifference
      ? of.credential.kind === 'oauth2'
        ? 'Sign in there first.'
        : 'Save the key first.'
      : read
        ? ''
        : 'Tick the box once you have read it.'
  return (
    <div className="choice">
      <Checkbox className="check" isSelected={read} onChange={setRead}>
        <span className="box" aria-hidden="true" />
        {isDifference ? 'I have read what is new.' : 'I have read what it can do, what it receives and the privacy notice.'}
      </Checkbox>
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button tone="main" isDisabled={missing !== '' || notice === null} pending={act.isPending} onPress={() => act.mutate()}>
          {isDifference ? 'Agree to what is new' : of.choice === 'changed' ? 'Agree and go on' : 'Enable'}
        </Button>
        <span className="help">{missing}</span>
      </div>
    </div>
  )
}
