import { FieldError, Input, Label, Text, TextField, type TextFieldProps } from 'react-aria-components'

/** One line to write in, with its name, help, and what is wrong with it. */
export function Field({
  label,
  help,
  error,
  placeholder,
  ...props
}: Omit<TextFieldProps, 'className' | 'style' | 'children'> & {
  readonly label: string
  readonly help?: React.ReactNode
  readonly error?: string | undefined
  readonly placeholder?: string
}) {
  return (
    <TextField {...props} className="field" {...(error === undefined ? {} : { isInvalid: true })}>
      <Label>{label}</Label>
      {help === undefined ? null : (
        <Text slot="description" className="help">
          {help}
        </Text>
      )}
      <Input placeholder={placeholder ?? ''} />
      <FieldError className="field-error">{error ?? (({ validationErrors }) => validationErrors.join(' '))}</FieldError>
    </TextField>
  )
}
