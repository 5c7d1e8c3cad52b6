import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { type DirectoryDetail, forgetKey, giveKey } from '../api/connectors.ts'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { Time } from '../parts/time.tsx'

const helps: Readonly<Record<DirectoryDetail['credential']['kind'], string>> = {
  none: '',
  bearer: 'Paste the key or token as the API gave it to you, without the word Bearer.',
  basic: 'Write it as name:password.',
  header: 'Paste the key as the API gave it to you.',
  query: 'Paste the key as the API gave it to you. This API takes it in the address of each request.',
}

/** The key for the API. It goes in and never comes out: afterwards only when it was set is shown. */
export function KeyField({ of }: { readonly of: DirectoryDetail }) {
  const [secret, setSecret] = useState('')
  const [replacing, setReplacing] = useState(false)
  const client = useQueryClient()
  const fresh = () => client.invalidateQueries({ queryKey: ['connector', of.slug] })
  const act = useMutation({
    mutationFn: () => giveKey(of.slug, secret.trim()),
    onSuccess: async () => {
      setSecret('')
      setReplacing(false)
      await fresh()
    },
  })
  const { given, setAt, setBy } = of.credential
  const forget = async () => {
    await forgetKey(of.slug)
    await fresh()
  }
  return (
    <section className="panel">
      <h2>Key</h2>
      {given === 'none' ? <p>The API asks for a key of yours. It is sealed here and sent to this API only.</p> : null}
      {given === 'shared' ? <p>The workspace has a key for this API. You can use one of your own instead.</p> : null}
      {setAt === null || given === 'none' ? null : (
        <p>
          Set on <Time at={setAt} />
          {setBy === null ? null : (
            <>
              {' '}
              by <Foreign text={setBy} />
            </>
          )}
          .
        </p>
      )}
      {given === 'none' || replacing ? (
        <Form
          onSubmit={(event) => {
            event.preventDefault()
            act.mutate()
          }}
        >
          <Field
            label={given === 'none' ? 'Key' : 'New key'}
            help={`${helps[of.credential.kind]} You find it in your account with the provider, often under API, developer or security settings.`}
            type="password"
            autoComplete="off"
            isRequired
            maxLength={8_192}
            value={secret}
            onChange={setSecret}
          />
          {act.error === null ? null : <Problem error={act.error} />}
          <div className="actions">
            <Button type="submit" tone={given === 'none' ? 'main' : 'plain'} pending={act.isPending}>
              Save key
            </Button>
            {replacing ? <Button onPress={() => setReplacing(false)}>Keep the old one</Button> : null}
          </div>
        </Form>
      ) : (
        <div className="actions">
          <Button onPress={() => setReplacing(true)}>{given === 'own' ? 'Replace' : 'Use my own key'}</Button>
          {given === 'own' ? (
            <Confirm trigger={<Button>Delete</Button>} title="Delete the key?" yes="Delete the key" act={forget}>
              <p>It is destroyed here. The API may still accept it elsewhere: revoke it there as well if nothing else uses it.</p>
            </Confirm>
          ) : null}
        </div>
      )}
    </section>
  )
}
