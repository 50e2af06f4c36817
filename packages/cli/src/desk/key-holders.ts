/** Whose keys sign the release roles now, and whether a role can be signed at all. */
import { keyIdOf, type ReleaseRole } from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import type { MetadataFile } from './metadata-file.ts'
import { holdersOf, type KeyHolders } from './signed-metadata.ts'

export function releaseHolders(targets: MetadataFile<'targets'>): Record<ReleaseRole, KeyHolders> {
  const { delegations } = targets.signed
  const held = (name: ReleaseRole): KeyHolders => {
    const role = delegations?.roles.find((delegation) => delegation.name === name)
    if (delegations === undefined || role === undefined) return { keys: [], threshold: 1 }
    return holdersOf(delegations.keys, role)
  }
  return { security: held('security'), functionality: held('functionality') }
}

/** TUF lets a threshold stand that no set of keys can meet; nothing could ever be signed again. */
export function requireReachable(role: string, { keys, threshold }: KeyHolders): void {
  const distinct = new Set(keys.map(keyIdOf)).size
  if (Number.isSafeInteger(threshold) && threshold >= 1 && threshold <= distinct) return
  throw new Refusal(
    'THRESHOLD_UNREACHABLE',
    `${role}: ${threshold} of ${distinct} keys cannot sign`,
    {
      next: 'The threshold has to be at least 1 and at most the number of different keys.',
      facts: { role, threshold, keys: distinct },
      usage: true,
    },
  )
}
