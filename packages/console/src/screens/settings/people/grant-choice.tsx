/** Which role, on which product: one grant. */
import type { NewGrant } from '../../../api/operator-api.gen.ts'
import { products } from '../../../live/products.ts'
import { ChoiceField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'

export const ROLES = [
  ...([
    'viewer',
    'operator',
    'releaseManager',
    'securityOfficer',
    'auditor',
    'administrator',
  ] as const),
]

export interface GrantChoiceProps {
  readonly grant: NewGrant
  readonly onGrant: (grant: NewGrant) => void
}

export function GrantChoice({ grant, onGrant }: GrantChoiceProps) {
  return (
    <div class="row">
      <ChoiceField
        label={say('settings.role')}
        value={grant.role}
        choices={ROLES.map((role) => ({ value: role, label: say(`settings.role-${role}`) }))}
        onValue={(role) => onGrant({ ...grant, role })}
      />
      <ChoiceField
        label={say('console.product')}
        value={grant.product}
        choices={[
          { value: '*', label: say('console.allProducts') },
          ...(products.value ?? []).map(({ id }) => ({ value: id, label: id })),
        ]}
        onValue={(product) => onGrant({ ...grant, product })}
      />
    </div>
  )
}
