/** Who agreed to a rollout, or who let it out alone. */
import type { Rollout } from '../../../api/operator-api.gen.ts'
import { Time } from '../../../pieces/time.tsx'
import { say, sayIfKnown, sayWith } from '../../../words/say.tsx'
import { approvalOf } from '../plan/rollout-plan.ts'

export function ApprovedBy({ rollout }: { readonly rollout: Pick<Rollout, 'approval'> }) {
  const { given, emergency } = approvalOf(rollout)
  return (
    <>
      {given.map(({ person, name, role, at }) => (
        <p key={person} class="quiet">
          {sayWith(
            'rollouts.approvedBy',
            { at: <Time at={at} /> },
            { name, role: sayIfKnown('rolloutRoles', role) ?? role },
          )}
        </p>
      ))}
      {emergency !== undefined && (
        <p class="quiet">
          {sayWith(
            'rollouts.emergencyBy',
            { at: <Time at={emergency.at} /> },
            { name: emergency.name },
          )}{' '}
          {emergency.seenBy === undefined
            ? say('rollouts.notSeenYet')
            : say('rollouts.seenBy', { name: emergency.seenBy.name })}
        </p>
      )}
    </>
  )
}
