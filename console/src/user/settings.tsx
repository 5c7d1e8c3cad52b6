import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Label, Radio, RadioGroup } from 'react-aria-components'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { useSession } from '../parts/session.tsx'
import { choose, type Theme, theme } from '../parts/theme.ts'
import { ChangeName } from './change-email.tsx'
import { DefaultLevel } from './level-choice.tsx'
import { MyData } from './my-data.tsx'

const themes: readonly { readonly theme: Theme; readonly title: string }[] = [
  { theme: 'system', title: 'As this device says' },
  { theme: 'light', title: 'Light' },
  { theme: 'dark', title: 'Dark' },
]

export function SettingsPage() {
  const session = useSession()
  return (
    <Page title="Settings" width="text" lead={session === null ? undefined : <Foreign text={session.user.email} />}>
      <section className="panel">
        <h2>When you are asked</h2>
        <p className="help">For every connector without a choice of its own.</p>
        <DefaultLevel />
      </section>
      <section className="panel">
        <h2>Sign-in and security</h2>
        <p className="help">Passkeys, authenticator app, recovery codes, password, e-mail address, and where you are signed in.</p>
        <p>
          <Link to="/security">Open sign-in and security</Link>
        </p>
      </section>
      <section className="panel">
        <h2>Your name</h2>
        <ChangeName />
      </section>
      <section className="panel">
        <h2>Appearance</h2>
        <Appearance />
      </section>
      <section className="panel">
        <h2>Your data</h2>
        <MyData />
      </section>
    </Page>
  )
}

function Appearance() {
  const [worn, setWorn] = useState(theme)
  return (
    <RadioGroup
      className="radios"
      value={worn}
      onChange={(chosen) => {
        choose(chosen as Theme)
        setWorn(chosen as Theme)
      }}
    >
      <Label>Colours in this browser</Label>
      {themes.map(({ theme: each, title }) => (
        <Radio key={each} value={each} className="radio">
          <span className="dot" aria-hidden="true" />
          <span>{title}</span>
        </Radio>
      ))}
    </RadioGroup>
  )
}
