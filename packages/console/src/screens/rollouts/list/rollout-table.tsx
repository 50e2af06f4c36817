/** Rollouts that are over, as rows. */
import { to } from '../../../addresses.ts'
import type { Rollout } from '../../../api/operator-api.gen.ts'
import { type Column, DataTable } from '../../../pieces/tables/data-table.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { percentWords, say, sayIfKnown } from '../../../words/say.tsx'
import { STATE_TONES } from '../actions/rollout-moves.ts'
import { approvalOf } from '../plan/rollout-plan.ts'

export interface RolloutTableProps {
  readonly product: string
  readonly rollouts: readonly Rollout[]
  readonly more: (() => void) | undefined
  readonly isLoading: boolean
}

export function RolloutTable({ product, rollouts, more, isLoading }: RolloutTableProps) {
  const stateWords = ({ state }: Rollout) => sayIfKnown('rolloutStates', state) ?? state
  const approvers = (rollout: Rollout) =>
    approvalOf(rollout)
      .given.map(({ name }) => name)
      .join(', ')
  const columns: readonly Column<Rollout>[] = [
    {
      ...{ id: 'rollout', name: say('screens.rollout'), text: ({ id }) => id },
      show: ({ id, release, cohort }) => (
        <a href={to.rollout(product, id)}>{say('rollouts.title', { release, cohort })}</a>
      ),
    },
    {
      ...{ id: 'state', name: say('rollouts.state'), text: ({ state }) => state },
      show: (rollout) => <Tag tone={STATE_TONES[rollout.state]}>{stateWords(rollout)}</Tag>,
    },
    {
      ...{ id: 'share', name: say('rollouts.turnShare'), isNumber: true },
      ...{ text: ({ share }) => share, show: ({ share }) => percentWords(share) },
    },
    {
      ...{ id: 'approved', name: say('rollouts.approvers'), text: approvers, show: approvers },
    },
    {
      ...{ id: 'created', name: say('rollouts.created'), text: ({ startedAt }) => startedAt },
      show: ({ startedAt }) => <Time at={startedAt} isExact />,
    },
  ]
  return (
    <DataTable
      id="rollouts"
      caption={say('rollouts.over')}
      {...{ columns, more, isLoading }}
      rows={rollouts}
      keyOf={({ id }) => id}
      tools={<h2>{say('rollouts.over')}</h2>}
    />
  )
}
