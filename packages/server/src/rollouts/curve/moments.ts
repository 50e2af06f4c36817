/** What happened to a rollout and when, from the audit log, which keeps it longest. */
import { readAuditLine } from '@fleetward/shared'
import type { Stores } from '../../stores.ts'
import type { Rollout } from '../rollout.ts'

/** What bends its curve. In the audit log each is `rollout.` and this. */
export const MOMENTS = [
  ...(['groupOpened', 'paused', 'resumed', 'retried', 'widened'] as const),
  /** Whom it reaches was changed from outside; where the product asks for it, it is approved anew. */
  ...(['reachChanged', 'approved'] as const),
  ...(['finished', 'stopped', 'withdrawn'] as const),
]
export type MomentKind = (typeof MOMENTS)[number]

export interface RolloutMoment {
  /** Seconds since 1970. */
  readonly at: number
  readonly kind: MomentKind
  /** The server did it, by the plan; otherwise a person or a program of theirs. */
  readonly byItself: boolean
}

export interface RolloutMoments {
  /** In order. */
  readonly moments: readonly RolloutMoment[]
  /** False: the log was shortened since (retention), or there are more than are looked at. */
  readonly areWhole: boolean
}

const ENTRIES_MAX_COUNT = 200
const MOMENTS_MAX_COUNT = 50
const ACTION = 'rollout.'

export async function momentsOf(
  { audit }: Pick<Stores, 'audit'>,
  { product, id, state, changedAt }: Rollout,
): Promise<RolloutMoments> {
  const newestFirst = await audit.find({
    ...{ products: [product], subject: `rollout/${id}`, outcome: 'done' },
    limit: ENTRIES_MAX_COUNT,
  })
  const entries = newestFirst.flatMap(({ line }) => readAuditLine(line) ?? []).reverse()
  const moments = entries.flatMap(({ at, action, actor }): RolloutMoment[] => {
    const kind = MOMENTS.find((one) => action === `${ACTION}${one}`)
    return kind === undefined ? [] : [{ at, kind, byItself: actor.via === 'server' }]
  })
  // With its release: the log has that under the release. Nothing changes a rollout any more that is withdrawn.
  if (state === 'withdrawn' && moments.every(({ kind }) => kind !== 'withdrawn')) {
    moments.push({ at: changedAt, kind: 'withdrawn', byItself: false })
  }
  return {
    moments: moments.slice(-MOMENTS_MAX_COUNT),
    areWhole: moments.length <= MOMENTS_MAX_COUNT && entries[0]?.action === `${ACTION}created`,
  }
}
