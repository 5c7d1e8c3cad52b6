import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox, CheckboxGroup, Label } from 'react-aria-components'
import { type Answer, type ApprovalDetail, decide } from '../api/approvals.ts'
import { Button } from '../parts/button.tsx'
import { Sheet } from '../parts/dialog.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Problem } from '../parts/problem.tsx'
import { argumentName } from './standing-list.tsx'

/** The answer: no; this once; or, where nothing can be destroyed, a yes that lasts. */
export function Decide({ of }: { readonly of: ApprovalDetail }) {
  const client = useQueryClient()
  const act = useMutation({
    mutationFn: (answer: Answer) => decide(of.id, answer),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['approval', of.id] })
      void client.invalidateQueries({ queryKey: ['approvals'] })
      void client.invalidateQueries({ queryKey: ['standing'] })
    },
  })
  const given = act.isPending ? act.variables : undefined
  const pending = (lasting: 'once' | 'hour' | 'while' | 'no') =>
    given === undefined ? false : given.yes ? given.lasting === lasting : lasting === 'no'
  return (
    <section className="decide" aria-label="Your answer">
      {act.error === null ? null : <Problem error={act.error} />}
      <div className="actions">
        {of.needs.some(({ from, settledBy }) => from === 'you' && settledBy === null) ? (
          <Button tone="main" pending={pending('once')} isDisabled={act.isPending} onPress={() => act.mutate({ yes: true, lasting: 'once' })}>
            Yes, this once
          </Button>
        ) : null}
        <Button tone="danger" pending={pending('no')} isDisabled={act.isPending} onPress={() => act.mutate({ yes: false })}>
          No
        </Button>
      </div>
      {of.lasting ? (
        <div className="actions lasting">
          <Button pending={pending('hour')} isDisabled={act.isPending} onPress={() => act.mutate({ yes: true, lasting: 'hour' })}>
            Yes, this tool for one hour
          </Button>
          {of.conditions.length === 0 ? null : <While of={of} onChoose={(pointers) => act.mutate({ yes: true, lasting: 'while', pointers })} />}
        </div>
      ) : (
        <p className="help">
          {of.tool.effect === 'destroy'
            ? 'This tool can destroy something, so each of its calls is approved by itself.'
            : 'A yes to this call counts once.'}
        </p>
      )}
    </section>
  )
}

/** Which arguments have to stay as they are here for later calls to go through unasked. */
function While({ of, onChoose }: { readonly of: ApprovalDetail; readonly onChoose: (pointers: readonly string[]) => void }) {
  const [kept, setKept] = useState<readonly string[]>([])
  return (
    <Sheet trigger={<Button>Yes, always while…</Button>} title="Yes, always while these stay the same">
      {(close) => (
        <>
          <CheckboxGroup className="checks" value={[...kept]} onChange={setKept}>
            <Label>
              Later calls of this tool run without asking when the ticked values are the same as here. What is not ticked may be anything.
            </Label>
            {of.conditions.map(({ pointer, value }) => (
              <Checkbox key={pointer} value={pointer} className="check">
                <span className="box" aria-hidden="true" />
                <span>
                  <Foreign text={argumentName(pointer)} />: <Foreign text={value === '' ? '(empty text)' : String(value)} lines />
                </span>
              </Checkbox>
            ))}
          </CheckboxGroup>
          <p className="help">You can take this back at any time on the connector's page.</p>
          <div className="actions">
            <Button
              tone="main"
              isDisabled={kept.length === 0}
              onPress={() => {
                onChoose(kept)
                close()
              }}
            >
              Yes, while these stay
            </Button>
            <Button onPress={close}>Cancel</Button>
          </div>
        </>
      )}
    </Sheet>
  )
}
