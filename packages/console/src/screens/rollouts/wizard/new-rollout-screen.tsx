/** A new rollout: what there is to choose from, and the steps. */
import { useRoute } from 'preact-iso'
import { call } from '../../../api/call.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Empty } from '../../../pieces/screen/empty.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Screen } from '../../../pieces/screen/screen.tsx'
import { say } from '../../../words/say.tsx'
import { Wizard } from './wizard.tsx'
import '../rollouts.css'

const PAGE_COUNT = 200

export function NewRolloutScreen() {
  const { product = '' } = useRoute().params
  const path = { product }
  const query = { limit: PAGE_COUNT }
  const asked = useAsked(
    async (signal) => {
      const releases = await call('GET /products/{product}/releases', { path, query, signal })
      const cohorts = await call('GET /products/{product}/cohorts', { path, query, signal })
      return { releases: releases.value, cohorts: cohorts.value }
    },
    [product],
    { events: ['release.*'] },
  )
  return (
    <Screen title={say('screens.newRollout')} about={product}>
      {may('rollout.plan', product) ? (
        <Loaded {...{ asked }}>
          {(choices) =>
            choices.releases.length === 0 ? (
              <Empty
                title={say('newRollout.noRelease')}
                command={`fleetward release publish --product ${product} --version 1.4.3`}
              >
                <p>{say('newRollout.noReleaseText')}</p>
              </Empty>
            ) : (
              <Wizard key={product} {...{ product, choices }} />
            )
          }
        </Loaded>
      ) : (
        <p>{say('newRollout.mayNot')}</p>
      )}
    </Screen>
  )
}
