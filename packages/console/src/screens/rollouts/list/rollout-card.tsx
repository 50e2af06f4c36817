/** One rollout that is not over: where it stands and why, how far it is, and who agreed. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { Rollout } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { STATE_TONES } from '../actions/rollout-moves.ts'
import { ApprovedBy } from '../approval/approved-by.tsx'
import { ProgressBar } from '../columns/progress-bar.tsx'
import { summed } from '../columns/rollout-columns.ts'
import { nextOf, whyOf } from '../rollout-words.ts'

const EVERY_SECONDS = 10

export interface RolloutCardProps {
  readonly product: string
  readonly rollout: Rollout
}

export function RolloutCard({ product, rollout }: RolloutCardProps) {
  const { id, release, cohort, state } = rollout
  const asked = useAsked(
    (signal) => call('GET /products/{product}/rollouts/{id}', { path: { product, id }, signal }),
    [product, id],
    { events: ['rollout.*', 'approval.*'], everySeconds: EVERY_SECONDS },
  )
  return (
    <article class="card">
      <div class="row">
        <h2>
          <a href={to.rollout(product, id)}>{say('rollouts.title', { release, cohort })}</a>
        </h2>
        <Tag tone={STATE_TONES[state]}>{sayIfKnown('rolloutStates', state) ?? state}</Tag>
      </div>
      <Loaded asked={asked}>
        {({ value }) => {
          const next = nextOf(value)
          return (
            <>
              <p>{whyOf(value)}</p>
              {next !== undefined && <p class="quiet">{next}</p>}
              <ProgressBar
                columns={summed([...value.groups.map((it) => it.columns), value.late])}
              />
              <ApprovedBy rollout={value} />
            </>
          )
        }}
      </Loaded>
    </article>
  )
}
