import { grantScopeWords } from '@handfast/contract'
import { Checkbox, CheckboxGroup, Label, Radio, RadioGroup } from 'react-aria-components'
import type { AuthorizationRequest, GrantScope } from '../api/assistants.ts'
import { Foreign } from '../parts/foreign.tsx'

/** What a person lets an assistant do. Connectors are slugs; null is everything that is enabled. */
export type Chosen = { readonly changes: boolean; readonly connectors: readonly string[] | null; readonly stay: boolean }

/** The scopes that stand for it: reading always, changing where it is ticked and was asked for. */
export function scopesOf({ changes }: Chosen, { requested }: AuthorizationRequest): readonly GrantScope[] {
  return changes && requested.includes('connectors:write') ? ['connectors:read', 'connectors:write'] : ['connectors:read']
}

/** Each part can be taken away before anything is given; nothing can be added that was not asked for. */
export function AccessChoice({
  of,
  chosen,
  onChange,
}: {
  readonly of: AuthorizationRequest
  readonly chosen: Chosen
  readonly onChange: (chosen: Chosen) => void
}) {
  const ticked = [...(chosen.changes ? ['changes'] : []), ...(chosen.stay ? ['stay'] : [])]
  const asksToChange = of.requested.includes('connectors:write')
  return (
    <>
      <section className="panel">
        <h2>It will be able to</h2>
        <p>{grantScopeWords['connectors:read']}.</p>
        <CheckboxGroup
          className="checks"
          aria-label="What else it may do"
          value={ticked}
          onChange={(now) => onChange({ ...chosen, changes: now.includes('changes'), stay: now.includes('stay') })}
        >
          {asksToChange ? (
            <Checkbox value="changes" className="check">
              <span className="box" aria-hidden="true" />
              <span>{grantScopeWords['connectors:write']}</span>
            </Checkbox>
          ) : null}
          {of.canStay ? (
            <Checkbox value="stay" className="check">
              <span className="box" aria-hidden="true" />
              <span>
                Stay connected until you end it <span className="help">Otherwise it has to ask again after an hour at the latest.</span>
              </span>
            </Checkbox>
          ) : null}
        </CheckboxGroup>
      </section>
      {of.only === null ? <Which of={of} chosen={chosen} onChange={onChange} /> : <Only of={of.only} />}
    </>
  )
}

function Only({ of }: { readonly of: NonNullable<AuthorizationRequest['only']> }) {
  return (
    <section className="panel">
      <h2>With one connector</h2>
      <p>
        <Foreign text={of.name} />
        {of.enabled ? '' : '. You have not enabled it yet; until you do, the assistant can do nothing with it'}.
      </p>
    </section>
  )
}

function Which({
  of,
  chosen,
  onChange,
}: {
  readonly of: AuthorizationRequest
  readonly chosen: Chosen
  readonly onChange: (chosen: Chosen) => void
}) {
  const some = chosen.connectors !== null
  return (
    <section className="panel">
      <h2>With these connectors</h2>
      <RadioGroup
        className="radios"
        aria-label="Which connectors"
        value={some ? 'some' : 'all'}
        onChange={(now) => onChange({ ...chosen, connectors: now === 'all' ? null : of.connectors.map(({ slug }) => slug) })}
      >
        <Radio value="all" className="radio">
          <span className="dot" aria-hidden="true" />
          <span>
            Everything you enable <span className="help">Now: {listed(of.connectors.map(({ name }) => name))}. What you enable later is added.</span>
          </span>
        </Radio>
        {of.connectors.length === 0 ? null : (
          <Radio value="some" className="radio">
            <span className="dot" aria-hidden="true" />
            <span>Only those that you choose here</span>
          </Radio>
        )}
      </RadioGroup>
      {some ? (
        <CheckboxGroup className="checks" value={[...(chosen.connectors ?? [])]} onChange={(now) => onChange({ ...chosen, connectors: now })}>
          <Label>Connectors that it may use</Label>
          {of.connectors.map(({ slug, name }) => (
            <Checkbox key={slug} value={slug} className="check">
              <span className="box" aria-hidden="true" />
              <span>
                <Foreign text={name} />
              </span>
            </Checkbox>
          ))}
        </CheckboxGroup>
      ) : null}
    </section>
  )
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nothing yet'
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
