import { useState } from 'react'
import { Field } from '../parts/field.tsx'

/** As the server demands it. */
export const SHORTEST = 12

/** A new password, written twice. Gives the password once both agree and it is long enough, else an empty text. */
export function NewPassword({ onChange, label = 'Password' }: { readonly onChange: (password: string) => void; readonly label?: string }) {
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const say = (a: string, b: string) => onChange(a === b && a.length >= SHORTEST ? a : '')
  return (
    <>
      <Field
        label={label}
        help={`At least ${SHORTEST} characters. A few unrelated words are easy to keep and hard to guess.`}
        type="password"
        autoComplete="new-password"
        isRequired
        minLength={SHORTEST}
        maxLength={256}
        value={first}
        onChange={(text) => {
          setFirst(text)
          say(text, second)
        }}
      />
      <Field
        label={`${label} again`}
        type="password"
        autoComplete="new-password"
        isRequired
        value={second}
        error={second !== '' && second.length >= first.length && second !== first ? 'The two are not the same.' : undefined}
        onChange={(text) => {
          setSecond(text)
          say(first, text)
        }}
      />
    </>
  )
}
