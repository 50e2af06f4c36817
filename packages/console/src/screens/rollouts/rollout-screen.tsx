/** One rollout: where it stands and why, its devices by group and column, and everything that can be done to it. */
import { useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import { useAsked } from '../../live/asked.ts'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { Tag } from '../../pieces/tag.tsx'
import { say, sayIfKnown } from '../../words/say.tsx'
import { RolloutActions } from './actions/rollout-actions.tsx'
import { STATE_TONES } from './actions/rollout-moves.ts'
import { ApprovalCard } from './approval/approval-card.tsx'
import { ColumnDevices } from './columns/column-devices.tsx'
import { GroupsTable } from './columns/groups-table.tsx'
import { ProgressBar } from './columns/progress-bar.tsx'
import { isColumn, summed } from './columns/rollout-columns.ts'
import { OwnersNotice } from './plan/owners-notice.tsx'
import { RolloutTerms } from './plan/rollout-terms.tsx'
import { Trouble } from './plan/trouble.tsx'
import { RolloutCurve } from './rollout-curve.tsx'
import { nextOf, whyOf } from './rollout-words.ts'
import './rollouts.css'

/** What devices report brings no event of its own. */
const EVERY_SECONDS = 5

export function RolloutScreen() {
  const { params, query } = useRoute()
  const { product = '', rollout: id = '' } = params
  const asked = useAsked(
    (signal) => call('GET /products/{product}/rollouts/{id}', { path: { product, id }, signal }),
    [product, id],
    { events: ['rollout.*', 'approval.*'], everySeconds: EVERY_SECONDS },
  )
  const rollout = asked.value?.value
  const title =
    rollout === undefined
      ? say('screens.rollout')
      : say('rollouts.title', { release: rollout.release, cohort: rollout.cohort })
  return (
    <Screen
      {...{ title }}
      about={
        <>
          <a href={to.rollouts(product)}>{say('screens.rollouts')}</a> · {id}
        </>
      }
    >
      <Loaded {...{ asked }}>
        {({ value, etag }) => {
          const next = nextOf(value)
          const all = summed([...value.groups.map(({ columns }) => columns), value.late])
          const subject = { product, rollout: value, again: asked.again }
          return (
            <>
              <section class="card" aria-label={say('rollouts.why')}>
                <div class="row" role="status">
                  <Tag tone={STATE_TONES[value.state]}>
                    {sayIfKnown('rolloutStates', value.state) ?? value.state}
                  </Tag>
                  <p>{whyOf(value)}</p>
                </div>
                {next !== undefined && <p>{next}</p>}
                {value.trouble !== undefined && <Trouble of={value.trouble} />}
                <ProgressBar columns={all} />
                <RolloutActions {...subject} {...{ etag }} />
              </section>
              <ApprovalCard {...subject} />
              <GroupsTable {...{ product }} rollout={value} chosen={query} />
              {isColumn(query.column) && (
                <ColumnDevices {...{ product, id }} column={query.column} group={query.group} />
              )}
              <RolloutCurve {...{ product, id }} />
              <div class="cards">
                <RolloutTerms rollout={value} />
                <OwnersNotice notice={value.notice} release={value.release} {...{ product }} />
              </div>
            </>
          )
        }}
      </Loaded>
    </Screen>
  )
}
