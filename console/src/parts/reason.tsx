import { Label, Text, TextArea, TextField } from 'react-aria-components'

/** Why something is decided, in the words that others will read. */
export function Reason({
  value,
  onChange,
  help,
  isRequired = true,
}: {
  readonly value: string
  readonly onChange: (text: string) => void
  readonly help: string
  readonly isRequired?: boolean
}) {
  return (
    <TextField className="field" value={value} onChange={onChange} maxLength={2_000} isRequired={isRequired}>
      <Label>Reason{isRequired ? '' : ' (optional)'}</Label>
      <Text slot="description" className="help">
        {help}
      </Text>
      <TextArea rows={3} />
    </TextField>
  )
}
