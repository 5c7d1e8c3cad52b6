import type { Role } from '@handfast/contract'
import { Checkbox, CheckboxGroup, Label } from 'react-aria-components'
import { allRoles } from '../api/people.ts'

const meanings: Readonly<Record<Role, string>> = {
  user: 'enables connectors and approves calls; everybody is one',
  developer: 'hands in connectors',
  reviewer: 'looks at releases and decides about them',
  auditor: 'reads the ledger',
  operator: 'runs this Handfast: people, connectors, everything',
}

export function RoleChoice({ roles, onChange }: { readonly roles: readonly Role[]; readonly onChange: (roles: readonly Role[]) => void }) {
  return (
    <CheckboxGroup className="checks" value={[...roles]} onChange={(chosen) => onChange(allRoles.filter((role) => chosen.includes(role)))}>
      <Label>Roles</Label>
      {allRoles.map((role) => (
        <Checkbox key={role} value={role} className="check" isDisabled={role === 'user'}>
          <span className="box" aria-hidden="true" />
          <span>
            {role} <span className="help">{meanings[role]}</span>
          </span>
        </Checkbox>
      ))}
    </CheckboxGroup>
  )
}
