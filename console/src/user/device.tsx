import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { type AuthorizationRequest, decideDevice, lookUpDevice } from '../api/assistants.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { AccessSheet } from './authorize.tsx'

/** A device without a browser shows a code; here it is typed (RFC 8628). */
export function DevicePage() {
  const { user_code: brought } = useSearch({ from: '/house/device' })
  const [code, setCode] = useState(brought ?? '')
  const [found, setFound] = useState<AuthorizationRequest | null>(null)
  const [ended, setEnded] = useState<'in' | 'out' | null>(null)
  const look = useMutation({ mutationFn: lookUpDevice, onSuccess: setFound })
  if (ended !== null)
    return (
      <Page title={ended === 'in' ? 'The device is connected' : 'The device was turned away'} width="text">
        <p role="status">
          {ended === 'in' ? 'Go back to it; it goes on by itself in a few seconds.' : 'It gets no access. You can close this page.'}
        </p>
      </Page>
    )
  if (found !== null)
    return (
      <AccessSheet
        of={found}
        decide={async (decision) => {
          await decideDevice(code, decision)
          setEnded(decision.yes ? 'in' : 'out')
        }}
      />
    )
  return (
    <Page title="Connect a device" width="text" lead="A device or program shows a code. Type it here to see what it asks for.">
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          look.mutate(code)
        }}
      >
        <Field label="Code" help="Eight letters, such as WDJB-MJHT" autoComplete="off" isRequired value={code} onChange={setCode} />
        {look.error === null ? null : <Problem error={look.error} />}
        <Button type="submit" tone="main" pending={look.isPending}>
          Go on
        </Button>
      </Form>
    </Page>
  )
}
