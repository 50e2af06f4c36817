/** What it would do, said by the server: how many, which, when, and in whose night. Nothing is created yet. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { RolloutDraftPreview } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say, sayWith } from '../../../words/say.tsx'
import { durationWords } from '../../../words/time.ts'
import { OwnersNotice } from '../plan/owners-notice.tsx'
import { PreviewTable } from '../plan/preview-table.tsx'
import { Trouble } from '../plan/trouble.tsx'
import { windowWords } from '../plan/window-words.ts'
import { deadlineWords } from '../rollout-words.ts'
import { bodyOf } from './draft.ts'
import { WhoseNight } from './whose-night.tsx'
import type { StepProps } from './wizard-step.ts'

export function PreviewStep({ product, draft }: StepProps) {
  const body = bodyOf(draft)
  const asked = useAsked(
    (signal) =>
      call('POST /products/{product}/rollouts/preview', { path: { product }, body, signal }),
    [product, body],
  )
  const { window: hours } = body.plan ?? {}
  return (
    <Loaded {...{ asked }}>
      {({ value }) => (
        <>
          <p class="rollout-sum">
            <strong>
              {say('newRollout.sum', {
                ...{ count: value.members, release: draft.release, cohort: draft.cohort },
              })}
            </strong>
          </p>
          {value.trouble !== undefined && <Trouble of={value.trouble} />}
          <PreviewTable {...{ product }} preview={value} />
          <div class="cards">
            <section class="card">
              <h2>{say('newRollout.when')}</h2>
              <dl class="facts">
                <dt>{say('newRollout.starts')}</dt>
                <dd>
                  {draft.startAt === '' ? (
                    say(draft.startsItself ? 'newRollout.startsItself-yes' : 'newRollout.whenSaid')
                  ) : (
                    <Time at={value.startsAt} isExact />
                  )}
                </dd>
                {hours !== undefined && (
                  <>
                    <dt>{say('rollouts.window')}</dt>
                    <dd>{windowWords(hours)}</dd>
                    {hours.zone !== 'device' && (
                      <>
                        <dt>{say('newRollout.opensFirst')}</dt>
                        <dd>
                          <Time at={value.firstOpensAt} isExact />
                        </dd>
                      </>
                    )}
                  </>
                )}
                {hours === undefined && (
                  <>
                    <dt>{say('rollouts.window')}</dt>
                    <dd>{say('newRollout.window-none')}</dd>
                  </>
                )}
                {value.leastSeconds > 0 && (
                  <>
                    <dt>{say('newRollout.least')}</dt>
                    <dd>{durationWords(value.leastSeconds)}</dd>
                  </>
                )}
                <dt>{say('rollouts.deadline')}</dt>
                <dd>{deadlineWords(value.deadline)}</dd>
              </dl>
              <Unknown {...{ value }} />
              <Others {...{ product, value }} />
            </section>
            <WhoseNight of={value} />
            <OwnersNotice {...{ product }} release={draft.release} notice={value.notice} />
          </div>
        </>
      )}
    </Loaded>
  )
}

function Unknown({ value }: { readonly value: RolloutDraftPreview }) {
  const { unknown } = value.deadline
  if (unknown.length === 0) return null
  return <p>{say('rollouts.unknownHoles', { names: unknown.join(', ') })}</p>
}

/** One offer per device: who goes first. */
function Others({
  product,
  value,
}: {
  readonly product: string
  readonly value: RolloutDraftPreview
}) {
  const { overtakenBy, overtakes } = value
  const link = (id: string) => <a href={to.rollout(product, id)}>{id}</a>
  return (
    <>
      {overtakenBy !== undefined && (
        <p>{sayWith('newRollout.waitsFor', { rollout: link(overtakenBy) })}</p>
      )}
      {overtakes.map((id) => (
        <p key={id}>{sayWith('newRollout.overtakes', { rollout: link(id) })}</p>
      ))}
    </>
  )
}
