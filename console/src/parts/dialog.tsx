import { useState } from 'react'
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { Button } from './button.tsx'
import { Problem } from './problem.tsx'

/** A question over the page. Focus stays inside and comes back to the button that opened it; Escape closes it. */
export function Sheet({
  trigger,
  title,
  alert = false,
  children,
}: {
  readonly trigger: React.ReactNode
  readonly title: string
  readonly alert?: boolean
  readonly children: (close: () => void) => React.ReactNode
}) {
  return (
    <DialogTrigger>
      {trigger}
      <ModalOverlay className="overlay" isDismissable={!alert}>
        <Modal className="modal">
          <Dialog className="dialog" role={alert ? 'alertdialog' : 'dialog'}>
            {({ close }) => (
              <>
                <Heading slot="title">{title}</Heading>
                {children(close)}
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  )
}

/** Asks once more before something that is hard to take back. */
export function Confirm({
  trigger,
  title,
  yes,
  danger = true,
  ready = true,
  act,
  children,
}: {
  readonly trigger: React.ReactNode
  readonly title: string
  /** What the confirming button says: the act itself, never "OK". */
  readonly yes: string
  readonly danger?: boolean
  /** False while something in the dialog is still missing. */
  readonly ready?: boolean
  readonly act: () => Promise<unknown>
  readonly children?: React.ReactNode
}) {
  return (
    <Sheet trigger={trigger} title={title} alert>
      {(close) => (
        <Confirming yes={yes} danger={danger} ready={ready} act={act} close={close}>
          {children}
        </Confirming>
      )}
    </Sheet>
  )
}

function Confirming({
  yes,
  danger,
  ready,
  act,
  close,
  children,
}: {
  readonly yes: string
  readonly danger: boolean
  readonly ready: boolean
  readonly act: () => Promise<unknown>
  readonly close: () => void
  readonly children: React.ReactNode
}) {
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const go = () => {
    setPending(true)
    setError(null)
    act().then(close, (problem: unknown) => {
      setPending(false)
      setError(problem)
    })
  }
  return (
    <>
      {children}
      {error === null ? null : <Problem error={error} />}
      <div className="actions">
        <Button tone={danger ? 'danger' : 'main'} pending={pending} isDisabled={!ready} onPress={go}>
          {yes}
        </Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </>
  )
}
