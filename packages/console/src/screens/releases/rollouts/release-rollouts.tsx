/** Where this release goes and went, and the way to send it out. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { ReleaseInFull } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { say } from '../../../words/say.tsx'
import { stateOf } from '../lines/lines.ts'
import { RolloutsOf } from './rollouts-of.tsx'

const ROLLOUTS_COUNT = 500

export interface ReleaseRolloutsProps {
  readonly product: string
  readonly release: ReleaseInFull
}

export function ReleaseRollouts({ product, release }: ReleaseRolloutsProps) {
  const { version } = release
  const rollouts = useAsked(
    async (signal) => {
      const query = { limit: ROLLOUTS_COUNT }
      const path = { product }
      const { value } = await call('GET /products/{product}/rollouts', { path, query, signal })
      return value.filter((one) => one.release === version)
    },
    [product, version],
    { events: ['rollout.*'] },
  )
  const mayStart = stateOf(release) === 'published' && may('rollout.plan', product)
  return (
    <section class="card" aria-labelledby="rollouts">
      <h2 id="rollouts">{say('screens.rollouts')}</h2>
      <Loaded asked={rollouts}>{(all) => <RolloutsOf product={product} rollouts={all} />}</Loaded>
      {mayStart && (
        <p>
          <a class="button" href={to.newRollout(product, { release: version })}>
            {say('release.rollOut')}
          </a>
        </p>
      )}
      <p>
        <a href={to.fleet(product, { filter: `version = ${version}` })}>
          {say('release.whoRunsIt')}
        </a>
      </p>
    </section>
  )
}
