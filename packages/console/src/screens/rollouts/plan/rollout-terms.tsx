/** Whom it reaches, how fast, when and until when, as it was approved. */
import type { Rollout, RolloutInFull } from '../../../api/operator-api.gen.ts'
import { percentWords, say, sayIfKnown } from '../../../words/say.tsx'
import { durationWords } from '../../../words/time.ts'
import { deadlineWords, membersWords } from '../rollout-words.ts'
import { type KeptGroup, type KeptPlan, planOf } from './rollout-plan.ts'
import { windowWords } from './window-words.ts'

type Shown = Pick<Rollout, 'plan' | 'policy' | 'terms'> & Partial<Pick<RolloutInFull, 'deadline'>>

export function RolloutTerms({ rollout }: { readonly rollout: Shown }) {
  const plan = planOf(rollout)
  const { policy, terms, deadline } = rollout
  return (
    <section class="card">
      <h2>{say('rollouts.terms')}</h2>
      <dl class="facts">
        {plan.groups.map((group) => (
          <Group key={group.name} {...{ group }} isAlone={plan.groups.length === 1} />
        ))}
        <dt>{say('rollouts.pace')}</dt>
        <dd>{paceWords(plan)}</dd>
        <dt>{say('rollouts.window')}</dt>
        <dd>{plan.window === undefined ? say('rollouts.noWindow') : windowWords(plan.window)}</dd>
        <dt>{say('rollouts.deadline')}</dt>
        <dd>
          {deadlineWords(
            deadline ?? { deadline: policy.deadline, isEarlierNow: false, unknown: [] },
          )}
          {terms.loosened !== undefined && (
            <>
              {' '}
              {say('rollouts.loosenedBy', { name: terms.loosened.name })}{' '}
              <q class="written">{terms.loosened.reason}</q>
            </>
          )}
          {deadline !== undefined && deadline.unknown.length > 0 && (
            <p class="quiet">
              {say('rollouts.unknownHoles', { names: deadline.unknown.join(', ') })}
            </p>
          )}
        </dd>
        <dt>{say('rollouts.owners')}</dt>
        <dd>
          {sayIfKnown('rolloutApply', policy.apply) ?? policy.apply}{' '}
          {policy.postponeUpTo !== undefined &&
            say('rollouts.postponeUpTo', { time: durationWords(policy.postponeUpTo) })}
        </dd>
        <dt>{say('rollouts.silence')}</dt>
        <dd>{durationWords(plan.silenceSeconds)}</dd>
        {plan.returnTo !== undefined && (
          <>
            <dt>{say('rollouts.returnTo')}</dt>
            <dd>{plan.returnTo}</dd>
          </>
        )}
      </dl>
    </section>
  )
}

interface GroupProps {
  readonly group: KeptGroup
  readonly isAlone: boolean
}

function Group({ group: { name, members, success, error }, isAlone }: GroupProps) {
  const { afterwards, soakSeconds } = success
  return (
    <>
      <dt>{say('rollouts.groupNamed', { name })}</dt>
      <dd>
        {membersWords(members, isAlone)}.{' '}
        {say(soakSeconds > 0 ? 'rollouts.goesOnAt' : 'rollouts.goesOnAtOnce', {
          ...{ share: percentWords(success.share), time: durationWords(soakSeconds) },
        })}{' '}
        {say('rollouts.stopsAt', { share: percentWords(error.share), count: error.minimum })}
        {afterwards === 'pause' ? ` ${say('rollouts.pausesAfter')}` : ''}
      </dd>
    </>
  )
}

function paceWords({ pace, bytesPerMinute }: KeptPlan): string {
  const bytes =
    bytesPerMinute === undefined ? '' : ` ${say('rollouts.bytes', { bytes: bytesPerMinute })}`
  if (pace === undefined) return `${say('rollouts.noPace')}${bytes}`
  if (pace.kind === 'fixed') {
    return `${say('rollouts.fixedPace', { count: pace.devicesPerMinute })}${bytes}`
  }
  const { startPerMinute, factor, everySuccesses, maxPerMinute } = pace
  const facts = { from: startPerMinute, factor, every: everySuccesses, to: maxPerMinute }
  return `${say('rollouts.risingPace', facts)}${bytes}`
}
