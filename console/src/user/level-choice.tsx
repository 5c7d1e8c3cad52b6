import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Label, Radio, RadioGroup } from 'react-aria-components'
import { type ApprovalLevel, changeLevel, type DirectoryDetail, levelsQuery } from '../api/connectors.ts'
import { Problem } from '../parts/problem.tsx'

const levels: readonly { readonly level: ApprovalLevel; readonly title: string; readonly meaning: string }[] = [
  { level: 'always', title: 'Always', meaning: 'Before every call, also those that only read.' },
  { level: 'any-change', title: 'Any change', meaning: 'Before every call that does more than read.' },
  { level: 'important', title: 'What matters', meaning: 'Before calls that the review marked as having consequences.' },
  { level: 'never', title: 'Never', meaning: 'Calls run without asking. Each is still recorded.' },
]

const named = (level: ApprovalLevel) => levels.find((one) => one.level === level)?.title.toLowerCase() ?? level

/** How often a person is asked. `null` is "as my default says", where that is offered. */
function LevelGroup({
  label,
  value,
  onChange,
  byDefault,
}: {
  readonly label: string
  readonly value: ApprovalLevel | null
  readonly onChange: (level: ApprovalLevel | null) => void
  /** The default, where following it is one of the choices. */
  readonly byDefault?: ApprovalLevel
}) {
  return (
    <RadioGroup
      className="radios"
      value={value ?? 'default'}
      onChange={(chosen) => onChange(chosen === 'default' ? null : (chosen as ApprovalLevel))}
    >
      <Label>{label}</Label>
      {byDefault === undefined ? null : (
        <Radio value="default" className="radio">
          <span className="dot" aria-hidden="true" />
          <span>
            As my default <span className="help">Now: {named(byDefault)}.</span>
          </span>
        </Radio>
      )}
      {levels.map(({ level, title, meaning }) => (
        <Radio key={level} value={level} className="radio">
          <span className="dot" aria-hidden="true" />
          <span>
            {title} <span className="help">{meaning}</span>
          </span>
        </Radio>
      ))}
    </RadioGroup>
  )
}

function useChangeLevel(connector?: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (level: ApprovalLevel | null) => changeLevel(level, connector),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['levels'] }), client.invalidateQueries({ queryKey: ['connector'] })]),
  })
}

/** For one connector. */
export function ConnectorLevel({ of }: { readonly of: DirectoryDetail }) {
  const { data } = useQuery(levelsQuery)
  const act = useChangeLevel(of.slug)
  if (data === undefined) return null
  const own = data.connectors.find((one) => one.slug === of.slug)?.level ?? null
  return (
    <section className="panel">
      <h2>When it asks you</h2>
      <LevelGroup
        label="Ask me before a call of this connector"
        value={act.isPending ? act.variables : own}
        byDefault={data.default}
        onChange={act.mutate}
      />
      {act.error === null ? null : <Problem error={act.error} />}
    </section>
  )
}

/** For all connectors without a level of their own. */
export function DefaultLevel() {
  const { data, error } = useQuery(levelsQuery)
  const act = useChangeLevel()
  if (error !== null && data === undefined) return <Problem error={error} />
  if (data === undefined) return null
  return (
    <>
      <LevelGroup label="Ask me before a call" value={act.isPending ? act.variables : data.default} onChange={act.mutate} />
      {act.error === null ? null : <Problem error={act.error} />}
    </>
  )
}
