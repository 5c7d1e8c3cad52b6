import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { destroySharedKey, giveSharedKey } from '../api/publishing.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'

/** A key for everybody who gave none of their own. It goes in and never comes out. */
export function SharedKey({ slug }: { readonly slug: string }) {
  const [secret, setSecret] = useState('')
  const client = useQueryClient()
  const fresh = () => Promise.all(['connector', 'directory', 'published'].map((key) => client.invalidateQueries({ queryKey: [key] })))
  const act = useMutation({
    mutationFn: () => giveSharedKey(slug, secret.trim()),
    onSuccess: async () => {
      setSecret('')
      await fresh()
    },
  })
  const destroy = async () => {
    await destroySharedKey(slug)
    await fresh()
  }
  return (
    <section>
      <h2>Shared key</h2>
      <p className="help">
        Calls of everybody use it who gave no key of their own, so the API sees one account for all of them. It is sealed, and shown to nobody, you
        included.
      </p>
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          act.mutate()
        }}
      >
        <Field label="Key for everybody" type="password" autoComplete="off" isRequired maxLength={8_192} value={secret} onChange={setSecret} />
        {act.error === null ? null : <Problem error={act.error} />}
        <p role="status" className="help">
          {act.isSuccess ? 'Saved. What was there before is destroyed.' : ''}
        </p>
        <div className="actions">
          <Button type="submit" pending={act.isPending}>
            Save the shared key
          </Button>
          <Confirm trigger={<Button>Destroy the shared key</Button>} title="Destroy the shared key?" yes="Destroy it" act={destroy}>
            <p>Calls of people without a key of their own are refused from then on. The API may still accept the key elsewhere: revoke it there.</p>
          </Confirm>
        </div>
      </Form>
    </section>
  )
}
