import { Button as AriaButton, type ButtonProps } from 'react-aria-components'

type Tone = 'main' | 'plain' | 'danger' | 'quiet'

/** A button. `main` stands once on a page: it is what people came for. */
export function Button({
  tone = 'plain',
  pending = false,
  children,
  ...props
}: Omit<ButtonProps, 'className' | 'style' | 'isPending' | 'children'> & {
  readonly tone?: Tone
  readonly pending?: boolean
  readonly children: React.ReactNode
}) {
  return (
    <AriaButton {...props} className={`button ${tone}`} isPending={pending}>
      {children}
      {pending ? <span className="only-heard">, working</span> : null}
    </AriaButton>
  )
}
