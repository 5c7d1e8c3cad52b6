import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox, FileTrigger, Form } from 'react-aria-components'
import { ApiError } from '../api/ask.ts'
import { createConnector, type SubmittedRelease, submitRelease } from '../api/publishing.ts'
import { instanceQuery } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'
import { Attest } from './attest.tsx'
import { Choose } from './choose.tsx'
import { type DraftValues, emptyDraft, manifestOf, readHead, slugFrom } from './draft-values.ts'
import { Lines } from './lines.tsx'

const kinds = { mcp: 'MCP server', openapi: 'HTTP API with an OpenAPI document' } as const
const ages = { everyone: 'Everyone', '13+': '13 and older', '16+': '16 and older', '18+': '18 and older' } as const
const credentials = {
  none: 'It asks for no key',
  bearer: 'A key or token (Authorization: Bearer)',
  basic: 'Name and password (Authorization: Basic)',
  header: 'A key in a header of its own',
  query: 'A key in the address',
  oauth2: 'People sign in there (OAuth)',
} as const

/** What a connector declares about itself. */
export function Draft({ developer, onDone }: { readonly developer: string; readonly onDone: (slug: string, release: SubmittedRelease) => void }) {
  const client = useQueryClient()
  const ticks = useQuery(instanceQuery).data?.profile === 'public'
  const [values, setValues] = useState<DraftValues>(emptyDraft)
  const [slugTyped, setSlugTyped] = useState(false)
  const set = (change: Partial<DraftValues>) =>
    setValues((before) => {
      const after = { ...before, ...change }
      return slugTyped || change.slug !== undefined ? after : { ...after, slug: slugFrom(after.name) }
    })
  const act = useMutation({
    mutationFn: async () => {
      const { slug, kind, name, document, key, attests, reviewerKey } = values
      // Tried again after a finding, the connector is there already.
      await createConnector({ developer, slug, kind, name }).catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.code !== 'directory/slug-taken') throw error
      })
      return submitRelease(slug, {
        manifest: manifestOf(values),
        ...(kind === 'openapi' && document !== '' ? { document } : {}),
        ...(key.trim() === '' ? {} : { key: key.trim() }),
        ...(ticks ? { attests } : {}),
        ...(values.credential === 'none' || reviewerKey.trim() === '' ? {} : { reviewerKey: reviewerKey.trim() }),
      })
    },
    onSuccess: async (release) => {
      await client.invalidateQueries({ queryKey: ['published'] })
      onDone(values.slug, release)
    },
  })
  const take = async (files: FileList | null) => {
    const text = (await files?.[0]?.text()) ?? ''
    if (text !== '') set({ ...readHead(text), document: text })
  }
  return (
    <Form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <Choose label="Kind" options={kinds} value={values.kind} onChange={(kind) => set({ kind })} />
      {values.kind === 'openapi' ? (
        <div className="field">
          <FileTrigger acceptedFileTypes={['.json', '.yaml', '.yml']} onSelect={(files) => void take(files)}>
            <Button>{values.document === '' ? 'Choose the OpenAPI document' : 'Choose another document'}</Button>
          </FileTrigger>
          <p role="status" className="help">
            {values.document === '' ? 'JSON or YAML, OpenAPI 3.' : `Read: ${values.document.length.toLocaleString()} characters.`}
          </p>
        </div>
      ) : null}
      <Field
        label={values.kind === 'mcp' ? 'Address of the MCP endpoint' : 'Base address of the API'}
        type="url"
        isRequired
        placeholder="https://"
        value={values.url}
        onChange={(url) => set({ url })}
      />
      <Field label="Name that users see" isRequired maxLength={60} value={values.name} onChange={(name) => set({ name })} />
      <Field
        label="Short name"
        help="Stands before the names of its tools, and is for good. Small letters, digits and dashes."
        isRequired
        pattern="[a-z][a-z0-9\-]{1,30}"
        value={values.slug}
        onChange={(slug) => {
          setSlugTyped(true)
          set({ slug })
        }}
      />
      <Lines
        label="What it is good for"
        help="In words for users."
        isRequired
        most={4_000}
        value={values.description}
        onChange={(description) => set({ description })}
      />
      <Lines
        label="Personal data that the API receives"
        help="One line each, such as: the dates you ask about. Nothing, if there is none."
        most={10_000}
        value={values.receives}
        onChange={(receives) => set({ receives })}
      />
      <Field
        label="Address of the privacy notice"
        help="Its text is fetched, kept, and looked at again each week. Leave it empty to write the notice here."
        type="url"
        value={values.noticeUrl}
        onChange={(noticeUrl) => set({ noticeUrl })}
      />
      {values.noticeUrl.trim() === '' ? (
        <Lines
          label="Privacy notice"
          help="Who receives the data, what for, and how long it is kept."
          isRequired
          most={100_000}
          rows={6}
          value={values.notice}
          onChange={(notice) => set({ notice })}
        />
      ) : null}
      <Choose label="For whom" options={ages} value={values.ageRating} onChange={(ageRating) => set({ ageRating })} />
      <Choose
        label="How people are recognised there"
        options={credentials}
        value={values.credential}
        onChange={(credential) => set({ credential })}
      />
      {values.credential === 'header' || values.credential === 'query' ? (
        <Field
          label={values.credential === 'header' ? 'Name of the header' : 'Name of the parameter'}
          isRequired
          maxLength={100}
          value={values.place}
          onChange={(place) => set({ place })}
        />
      ) : null}
      {values.kind === 'mcp' && values.credential !== 'none' ? (
        <Field
          label="A key to list its tools with (optional)"
          help="Only where the server lists them to known callers. Used for this and kept nowhere."
          type="password"
          autoComplete="off"
          value={values.key}
          onChange={(key) => set({ key })}
        />
      ) : null}
      {values.credential === 'none' || values.credential === 'oauth2' ? null : (
        <Field
          label="The key of a test account for the reviewers (optional)"
          help="Sealed, opened for the review only, and destroyed with its decision."
          type="password"
          autoComplete="off"
          value={values.reviewerKey}
          onChange={(reviewerKey) => set({ reviewerKey })}
        />
      )}
      <Checkbox className="check" isSelected={values.ownsApi} onChange={(ownsApi) => set({ ownsApi, attests: [] })}>
        <span className="box" aria-hidden="true" />
        The organisation owns this API. Without this, users are told that it does not.
      </Checkbox>
      <Attest ownsApi={values.ownsApi} ticks={ticks} ticked={values.attests} onTick={(attests) => set({ attests })} />
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending}>
          Hand it in
        </Button>
        <span className="help">{act.isPending ? 'The connector is asked for its tools; that can take a moment.' : ''}</span>
      </div>
    </Form>
  )
}
