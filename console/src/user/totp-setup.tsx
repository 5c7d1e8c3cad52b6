import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Form } from 'react-aria-components'
import { encode } from 'uqr'
import { beginTotp, confirmTotp } from '../api/security.ts'
import { Button } from '../parts/button.tsx'
import { Copyable } from '../parts/copy.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'

/** Adds an authenticator app: its secret as picture and text, and the first code of it. */
export function TotpSetup({ done, cancel }: { readonly done: (recoveryCodes: readonly string[] | null) => void; readonly cancel?: () => void }) {
  const begin = useMutation({ mutationFn: beginTotp })
  const { mutate } = begin
  useEffect(() => mutate(), [mutate])
  const [code, setCode] = useState('')
  const act = useMutation({ mutationFn: confirmTotp, onSuccess: ({ recoveryCodes }) => done(recoveryCodes) })
  if (begin.error !== null)
    return (
      <>
        <Problem error={begin.error} />
        {cancel === undefined ? null : (
          <div className="actions">
            <Button onPress={cancel}>Close</Button>
          </div>
        )}
      </>
    )
  if (begin.data === undefined) return <p className="loading">One moment…</p>
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate(code)
      }}
    >
      <p>Scan this with your authenticator app, then write the code that it shows.</p>
      <QrCode text={begin.data.uri} />
      <details>
        <summary>Cannot scan it?</summary>
        <Copyable label="Secret for the app" text={begin.data.secret} />
      </details>
      <Field label="Code of the app" autoComplete="one-time-code" inputMode="numeric" isRequired maxLength={12} value={code} onChange={setCode} />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending}>
          Add the app
        </Button>
        {cancel === undefined ? null : <Button onPress={cancel}>Cancel</Button>}
      </div>
    </Form>
  )
}

/** Black on white in every theme: cameras expect it so. */
function QrCode({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 3 })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label="QR code with the secret for your authenticator app"
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  )
}
