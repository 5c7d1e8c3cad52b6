import { Button } from '../parts/button.tsx'
import { Copyable } from '../parts/copy.tsx'

/** New recovery codes. They exist as text only here, and then where the person puts them. */
export function RecoveryCodesOnce({
  codes,
  close,
  done = 'I have kept them',
}: {
  readonly codes: readonly string[]
  readonly close: () => void
  readonly done?: string
}) {
  const text = codes.join('\n')
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`Recovery codes for ${location.host}\nEach works once, with your password, when the phone or key is lost.\n\n${text}\n`)}`
  return (
    <>
      <p role="status">
        Each of these codes works once, together with your password, when your phone or key is lost. <strong>They are shown only now.</strong> Keep
        them where you keep important papers; earlier ones do not work any more.
      </p>
      <Copyable label="Recovery codes" text={text} />
      <div className="actions">
        <Button tone="main" onPress={close}>
          {done}
        </Button>
        <a className="button plain" href={file} download="handfast-recovery-codes.txt">
          Download
        </a>
      </div>
    </>
  )
}
