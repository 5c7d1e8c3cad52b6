import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form, Label, Text, TextArea, TextField } from 'react-aria-components'
import { acceptTools, changePolicy, type PolicyView, policyQuery } from '../api/workspaces.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { RuleVersions } from './rule-versions.tsx'

/** What may be called here, after whose yes: as sentences, and as the document that it is. */
export function Rules({ id }: { readonly id: string }) {
  const asked = useQuery(policyQuery(id))
  return (
    <Answered asked={asked} what="the rules">
      {(view) => (
        <>
          <p className="help">
            {view.version === 0 ? 'Nobody wrote any rules yet: people decide by themselves.' : `Version ${view.version} is in force.`}
          </p>
          <Sentences of={view} />
          <Edit key={view.version} id={id} of={view} />
          <RuleVersions id={id} now={view.version} />
        </>
      )}
    </Answered>
  )
}

function Sentences({ of: { policy, warnings } }: { readonly of: PolicyView }) {
  return (
    <>
      {policy.connectors.allow === null ? null : <p>Only these connectors: {policy.connectors.allow.join(', ') || 'none'}.</p>}
      {policy.connectors.block.length === 0 ? null : <p>Never these connectors: {policy.connectors.block.join(', ')}.</p>}
      {policy.newTools.verb === 'allow' ? null : (
        <p>Tools that a connector gains later {policy.newTools.verb === 'off' ? 'are off' : 'are asked for'} until somebody accepts them.</p>
      )}
      {policy.rules.length === 0 ? <Empty title="No rules about single calls." /> : null}
      <ul className="rows">
        {policy.rules.map((rule) => (
          <li key={rule.id} className="row">
            <strong>{rule.id}</strong>
            <span className={`chip ${rule.verb === 'deny' ? 'bad' : rule.verb === 'ask' ? 'caution' : 'good'}`}>{rule.verb}</span>
            <span>{about(rule)}</span>
            {rule.because === '' ? null : (
              <span className="help">
                <Foreign text={rule.because} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {warnings.length === 0 ? null : (
        <div className="help">
          {warnings.map(({ pointer, message }) => (
            <p key={pointer}>
              <code>{pointer}</code> <Foreign text={message} />
            </p>
          ))}
        </div>
      )}
    </>
  )
}

function about({ on, for: who, when, approvers, overrides }: PolicyView['policy']['rules'][number]): string {
  const parts = [
    on.connectors === undefined ? 'all connectors' : on.connectors.join(', '),
    ...(on.tools === undefined ? [] : [`tools ${on.tools.join(', ')}`]),
    ...(on.effects === undefined ? [] : [`what can ${on.effects.join(' or ')}`]),
    ...(who === 'everybody'
      ? []
      : [`for ${[...who.groups, ...(who.owners ? ['owners'] : []), ...(who.people.length > 0 ? [`${who.people.length} named`] : [])].join(', ')}`]),
    ...(when.length === 0 ? [] : [`${when.length} ${when.length === 1 ? 'condition' : 'conditions'}`]),
    ...(approvers === undefined
      ? []
      : [
          `yes of ${[...approvers.groups, ...(approvers.owners ? ['owners'] : []), ...(approvers.people.length > 0 ? [`${approvers.people.length} named`] : [])].join(', ')}`,
        ]),
    ...(overrides.length === 0 ? [] : [`overrides ${overrides.join(', ')}`]),
  ]
  return parts.join(' · ')
}

function Edit({ id, of }: { readonly id: string; readonly of: PolicyView }) {
  const client = useQueryClient()
  const [text, setText] = useState(() => JSON.stringify(of.policy, null, 2))
  const [note, setNote] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const put = (view: PolicyView) => {
    client.setQueryData(policyQuery(id).queryKey, view)
    void client.invalidateQueries({ queryKey: ['workspace', id, 'versions'] })
  }
  const act = useMutation({ mutationFn: (policy: unknown) => changePolicy(id, { policy, basedOn: of.version, note: note.trim() }), onSuccess: put })
  const accept = useMutation({ mutationFn: () => acceptTools(id, of.version), onSuccess: put })
  const go = () => {
    try {
      const policy: unknown = JSON.parse(text)
      setWrong(null)
      act.mutate(policy)
    } catch (error) {
      setWrong((error as Error).message)
    }
  }
  return (
    <Form
      className="panel"
      onSubmit={(event) => {
        event.preventDefault()
        go()
      }}
    >
      <TextField className="field" value={text} onChange={setText} {...(wrong === null ? {} : { isInvalid: true })}>
        <Label>Rules, as JSON</Label>
        <Text slot="description" className="help">
          {wrong ?? 'The same as in a platform file. Deny beats ask beats allow, unless a rule overrides another.'}
        </Text>
        <TextArea rows={16} spellCheck={false} className="code-area" />
      </TextField>
      <Field label="Why (optional)" maxLength={500} value={note} onChange={setNote} />
      {act.error === null ? null : <Problem error={act.error} />}
      {accept.error === null ? null : <Problem error={accept.error} />}
      <div className="actions">
        <Button type="submit" tone="main" pending={act.isPending}>
          Put in force
        </Button>
        {of.policy.newTools.verb === 'allow' ? null : (
          <Button pending={accept.isPending} onPress={() => accept.mutate()}>
            Accept all tools as they are now
          </Button>
        )}
      </div>
    </Form>
  )
}
