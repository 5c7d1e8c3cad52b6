import { FieldError, Label, Text, TextArea, TextField } from 'react-aria-components'

/** Several lines to write in. */
export function Lines({
  label,
  help,
  value,
  onChange,
  most,
  rows = 3,
  isRequired = false,
}: {
  readonly label: string
  readonly help: string
  readonly value: string
  readonly onChange: (text: string) => void
  readonly most: number
  readonly rows?: number
  readonly isRequired?: boolean
}) {
  return (
    <TextField className="field" value={value} onChange={onChange} maxLength={most} isRequired={isRequired}>
      <Label>{label}</Label>
      <Text slot="description" className="help">
        {help}
      </Text>
      <TextArea rows={rows} />
      <FieldError className="field-error" />
    </TextField>
  )
}
