/** All rollouts of a product: first what goes on or waits for somebody, each with its reason; then what is over. */
import { useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import { may } from '../../live/me.ts'
import { usePages } from '../../live/pages.ts'
import { Empty } from '../../pieces/screen/empty.tsx'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { say } from '../../words/say.tsx'
import { inOrder, isOver } from './actions/rollout-moves.ts'
import { RolloutCard } from './list/rollout-card.tsx'
import { RolloutTable } from './list/rollout-table.tsx'
import './rollouts.css'

const PAGE_COUNT = 200
/** Each is asked for its numbers by itself; others are a click away. */
const CARDS_MAX_COUNT = 12

export function RolloutsScreen() {
  const { product = '' } = useRoute().params
  const rollouts = usePages(
    (after, signal) =>
      call('GET /products/{product}/rollouts', {
        ...{ path: { product }, query: { after, limit: PAGE_COUNT }, signal },
      }),
    [product],
    { events: ['rollout.*', 'approval.*'] },
  )
  const mayPlan = may('rollout.plan', product)
  return (
    <Screen
      title={say('screens.rollouts')}
      about={product}
      actions={
        mayPlan && (
          <a class="button first" href={to.newRollout(product)}>
            {say('screens.newRollout')}
          </a>
        )
      }
    >
      <Loaded asked={rollouts}>
        {(all) => {
          const current = inOrder(all.filter((one) => !isOver(one)))
          const cards = current.slice(0, CARDS_MAX_COUNT)
          const others = [...current.slice(CARDS_MAX_COUNT), ...inOrder(all.filter(isOver))]
          return (
            <>
              {all.length === 0 && (
                <Empty
                  title={say('rollouts.none')}
                  command={`fleetward rollout start --product ${product} --release 1.4.3 --cohort field --preview`}
                >
                  <p>{say('rollouts.noneText')}</p>
                </Empty>
              )}
              {all.length > 0 && current.length === 0 && <p>{say('rollouts.nothingRuns')}</p>}
              <div class="rollout-cards">
                {cards.map((rollout) => (
                  <RolloutCard key={rollout.id} {...{ product, rollout }} />
                ))}
              </div>
              {(others.length > 0 || rollouts.more !== undefined) && (
                <RolloutTable
                  {...{ product }}
                  rollouts={others}
                  more={rollouts.more}
                  isLoading={rollouts.isLoading}
                />
              )}
            </>
          )
        }}
      </Loaded>
    </Screen>
  )
}
