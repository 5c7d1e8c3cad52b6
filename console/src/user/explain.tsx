import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Form, Label, Text, TextArea, TextField } from 'react-aria-components'
import { type Simulation, simulate } from '../api/workspaces.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { Problem } from '../parts/problem.tsx'
import { Needs } from './needs.tsx'

const verdicts = {
  allowed: ['Sent at once', 'good'],
  asks: ['Sent after a yes', 'caution'],
  denied: ['Denied', 'bad'],
  depends: ['It depends', 'plain'],
} as const
const words = { yes: 'yes', no: 'no', perhaps: 'not known' } as const
const levels = { workspace: 'Workspace', connector: 'Your choice for the connector', default: 'Your choice for everything' } as const

/** Would this call be allowed, and why. Nothing is sent, and nobody is asked. */
export function ExplainPage() {
  const [connector, setConnector] = useState('')
  const [tool, setTool] = useState('')
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const act = useMutation({ mutationFn: simulate })
  const go = () => {
    const args = read(text)
    setWrong(args === null ? 'This is not a JSON object.' : null)
    if (args !== null) act.mutate({ connector: connector.trim(), tool: tool.trim(), ...(args === undefined ? {} : { arguments: args }) })
  }
  return (
    <Page title="Would it be allowed?" lead="What the rules of your workspace and your own choices say about a call. Nothing is sent." width="text">
      <Form
        className="panel"
        onSubmit={(event) => {
          event.preventDefault()
          go()
        }}
      >
        <Field label="Connector" help="Its short name, as in tool names." isRequired value={connector} onChange={setConnector} />
        <Field label="Tool" help="The connector's own name for it." isRequired value={tool} onChange={setTool} />
        <TextField className="field" value={text} onChange={setText} {...(wrong === null ? {} : { isInvalid: true })}>
          <Label>Arguments (optional)</Label>
          <Text slot="description" className="help">
            {wrong ?? 'As JSON. Without them, rules with conditions may or may not hold.'}
          </Text>
          <TextArea rows={4} spellCheck={false} />
        </TextField>
        <div className="actions">
          <Button type="submit" tone="main" pending={act.isPending}>
            Explain
          </Button>
        </div>
      </Form>
      {act.error === null ? null : <Problem error={act.error} />}
      {act.data === undefined ? null : <Explained of={act.data} />}
    </Page>
  )
}

function read(text: string): Parameters<typeof simulate>[0]['arguments'] | null {
  if (text.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parameters<typeof simulate>[0]['arguments']) : null
  } catch {
    return null
  }
}

export function Explained({ of }: { readonly of: Simulation }) {
  const [title, tone] = verdicts[of.verdict]
  return (
    <>
      <section className="panel" role="status">
        <p>
          <span className={`chip ${tone}`}>{title}</span> <Foreign text={of.sentence} />
        </p>
        <ul className="rows">
          {of.checks.map(({ check, ok, message }) => (
            <li key={check} className="row">
              <span>
                <Foreign text={message} />
              </span>
              <span className={ok ? 'chip good' : 'chip caution'}>{ok ? 'Yes' : 'No'}</span>
            </li>
          ))}
        </ul>
      </section>
      {of.asks.length === 0 ? null : <Needs needs={of.asks} />}
      <section>
        <h2>Levels, the highest first</h2>
        <ul className="rows">
          {of.levels.map(({ level, says, outrankedBy }) => (
            <li key={level} className="row">
              <strong>{levels[level]}</strong>
              <span>{says}</span>
              {outrankedBy === null ? null : <span className="help">outranked by: {levels[outrankedBy].toLowerCase()}</span>}
            </li>
          ))}
        </ul>
      </section>
      {of.rules.length === 0 ? null : (
        <section>
          <h2>Rules about it{of.version === null ? '' : `, version ${of.version}`}</h2>
          <div className="table-frame">
            <table className="table stacked">
              <thead>
                <tr>
                  <th scope="col">Rule</th>
                  <th scope="col">Says</th>
                  <th scope="col">Matches</th>
                  <th scope="col">Counts</th>
                  <th scope="col">Overridden by</th>
                </tr>
              </thead>
              <tbody>
                {of.rules.map((rule) => (
                  <tr key={rule.id}>
                    <th scope="row">
                      {rule.id}
                      {rule.because === '' ? null : (
                        <span className="help">
                          {' '}
                          <Foreign text={rule.because} />
                        </span>
                      )}
                    </th>
                    <td data-label="Says">{rule.verb}</td>
                    <td data-label="Matches">{words[rule.matches]}</td>
                    <td data-label="Counts">{words[rule.counts]}</td>
                    <td data-label="Overridden by">{rule.overriddenBy.join(', ') || 'nothing'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  )
}
