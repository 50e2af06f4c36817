/** Which rollouts say why a device runs what it runs. */
import type { Device, Rollout } from '../../../api/operator-api.gen.ts'

/** More sentences than these nobody reads. */
const ROLLOUTS_MAX_COUNT = 4

const OVER: readonly Rollout['state'][] = ['stopped', 'withdrawn']

/** Those that still go to its cohort, newest first, and the one it last had to do with whatever became of it. */
export function rolloutsAbout(
  { cohort, rollout }: Pick<Device, 'cohort' | 'rollout'>,
  rollouts: readonly Rollout[],
): readonly Rollout[] {
  const concerns = (one: Rollout) =>
    one.id === rollout || (one.cohort === cohort && !OVER.includes(one.state))
  const last = (one: Rollout) => (one.id === rollout ? 1 : 0)
  return rollouts
    .filter(concerns)
    .toSorted((a, b) => last(b) - last(a) || b.startedAt - a.startedAt)
    .slice(0, ROLLOUTS_MAX_COUNT)
}
