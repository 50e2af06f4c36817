/** States of releases and rollouts in a word each. */
import type { Release, Rollout } from '../../api/operator-api.gen.ts'
import { Tag, type Tone } from '../../pieces/tag.tsx'
import { say } from '../../words/say.tsx'
import { type ReleaseState, stateOf } from './lines/lines.ts'

const TONES: Readonly<Record<ReleaseState, Tone>> = {
  ...{ published: 'good', withdrawn: 'bad', unlisted: 'quiet', waiting: 'waits' },
}

export function StateTag({ release }: { readonly release: Parameters<typeof stateOf>[0] }) {
  const state = stateOf(release)
  return <Tag tone={TONES[state]}>{say(`releases.state-${state}`)}</Tag>
}

export function kindWords(kind: Release['kind']): string {
  return say(`releases.kind-${kind}`)
}

const ROLLOUT_TONES: Readonly<Record<Rollout['state'], Tone>> = {
  ...{ creating: 'busy', waitingForApproval: 'waits', ready: 'waits', scheduled: 'waits' },
  ...{ running: 'busy', paused: 'waits', finished: 'good', stopped: 'bad', withdrawn: 'quiet' },
}

export function RolloutTag({ state }: Pick<Rollout, 'state'>) {
  return <Tag tone={ROLLOUT_TONES[state]}>{say(`rolloutStates.${state}`)}</Tag>
}
