/** Which roles a company's groups bring, and what has to change for it. Pure. */
import type { AccountGrant } from '../../accounts/account.ts'
import type { Grant } from '../../accounts/rights.ts'
import type { CompanySettings } from './company-settings.ts'

export interface GrantChanges {
  readonly give: readonly Grant[]
  readonly take: readonly Grant[]
}

/** Who gave a role that came with a group: only these go with it. */
export function givenBy(companyId: string): string {
  return `company/${companyId}`
}

/** What somebody granted by hand stays as it is. */
export function grantChanges(
  { id, roles }: Pick<CompanySettings, 'id' | 'roles'>,
  groups: readonly string[],
  current: readonly AccountGrant[],
): GrantChanges {
  const wanted = roles.filter(({ group }) => groups.includes(group))
  const isSame = (one: Grant) => (other: Grant) =>
    one.role === other.role && one.product === other.product
  return {
    give: wanted
      .filter((grant, index) => wanted.findIndex(isSame(grant)) === index)
      .filter((grant) => !current.some(isSame(grant)))
      .map(({ role, product }) => ({ role, product })),
    take: current
      .filter((grant) => grant.grantedBy === givenBy(id) && !wanted.some(isSame(grant)))
      .map(({ role, product }) => ({ role, product })),
  }
}
