import type { AgeBand, PersonAgeView } from '@handfast/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/ask.ts'
import type { Account } from '../api/people.ts'
import { Button } from '../parts/button.tsx'
import { Sheet } from '../parts/dialog.tsx'
import { Problem } from '../parts/problem.tsx'
import { Answered } from '../parts/states.tsx'
import { Choose } from './choose.tsx'

const bands: Readonly<Record<AgeBand, string>> = {
  adult: '18 and older',
  '16-17': '16 or 17',
  '13-15': '13 to 15',
  'under-13': 'under 13',
  unknown: 'unknown',
}
const sources: Readonly<Record<PersonAgeView['source'], string>> = {
  'operator-attests-adults': 'the setting of this house says that only adults use it',
  operator: 'an operator said so',
  'identity-provider': 'their identity provider says so',
  nobody: 'nobody said anything',
}

/** How old somebody is, as a band. Dates of birth are not asked for. */
export function PersonAge({ person }: { readonly person: Account }) {
  return (
    <Sheet trigger={<Button aria-label={`Age of ${person.name}`}>Age</Button>} title="How old is this person?">
      {(close) => <Saying person={person} close={close} />}
    </Sheet>
  )
}

function Saying({ person, close }: { readonly person: Account; readonly close: () => void }) {
  const client = useQueryClient()
  const path = `/users/${encodeURIComponent(person.id)}/age` as const
  const queryKey = ['age', person.id]
  const asked = useQuery({ queryKey, queryFn: ({ signal }) => ask<PersonAgeView>('GET', path, undefined, signal) })
  const [said, setSaid] = useState<AgeBand>()
  const act = useMutation({
    mutationFn: (band: AgeBand) => ask<PersonAgeView>('PUT', path, { band }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey })
      close()
    },
  })
  return (
    <Answered asked={asked} what="what is known">
      {({ band, source }) => (
        <>
          <Choose label="Age" options={bands} value={said ?? band} onChange={setSaid} />
          <p className="help">
            Now: {bands[band]}; {sources[source]}. What is for older people stops for them at the next call.
          </p>
          {act.error === null ? null : <Problem error={act.error} />}
          <div className="actions">
            <Button tone="main" pending={act.isPending} onPress={() => act.mutate(said ?? band)}>
              Save
            </Button>
            <Button onPress={close}>Cancel</Button>
          </div>
        </>
      )}
    </Answered>
  )
}
