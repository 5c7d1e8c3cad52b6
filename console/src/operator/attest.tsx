import { type AttestationId, attestations, attestationsFor } from '@handfast/contract/attestations'
import { Checkbox, CheckboxGroup, Label } from 'react-aria-components'

/** What handing in takes the developer's word on. In a house handing in says it; in public each sentence is ticked. */
export function Attest({
  ownsApi,
  ticks,
  ticked,
  onTick,
}: {
  readonly ownsApi: boolean
  /** Whether each has to be ticked. */
  readonly ticks: boolean
  readonly ticked: readonly AttestationId[]
  readonly onTick: (ticked: readonly AttestationId[]) => void
}) {
  const needed = attestationsFor(ownsApi)
  if (!ticks)
    return (
      <details>
        <summary>Handing it in takes your word on this</summary>
        <ul className="plain-list">
          {needed.map((id) => (
            <li key={id}>{attestations[id].says}</li>
          ))}
        </ul>
      </details>
    )
  return (
    <CheckboxGroup className="field" isRequired value={[...ticked]} onChange={(values) => onTick(needed.filter((id) => values.includes(id)))}>
      <Label>You say that</Label>
      {needed.map((id) => (
        <Checkbox key={id} value={id} className="check">
          <span className="box" aria-hidden="true" />
          {attestations[id].says}
        </Checkbox>
      ))}
    </CheckboxGroup>
  )
}
