/** Where a release went: each of its rollouts, and as far as it is open. */
import { to } from '../../../addresses.ts'
import type { Rollout } from '../../../api/operator-api.gen.ts'
import { percentWords, say } from '../../../words/say.tsx'
import { RolloutTag } from '../release-tags.tsx'

export interface RolloutsOfProps {
  readonly product: string
  readonly rollouts: readonly Rollout[]
}

export function RolloutsOf({ product, rollouts }: RolloutsOfProps) {
  if (rollouts.length === 0) return <p class="quiet">{say('releases.notRolledOut')}</p>
  return (
    <ul class="release-rollouts">
      {rollouts.map(({ id, cohort, share, state }) => (
        <li key={id} class="row">
          <a href={to.rollout(product, id)}>
            {say('releases.toCohort', { cohort, share: percentWords(share) })}
          </a>
          <RolloutTag state={state} />
        </li>
      ))}
    </ul>
  )
}
