/** How many devices had the release when, on how many it failed, and what bent the curve. */
import { call } from '../../api/call.ts'
import type { RolloutCurve as Curve } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { Chart } from '../../pieces/charts/chart.tsx'
import { say } from '../../words/say.tsx'

export interface RolloutCurveProps {
  readonly product: string
  readonly id: string
}

/** Seldomer than the numbers: a picture of hours looks the same five seconds later. */
const EVERY_SECONDS = 15

export function RolloutCurve({ product, id }: RolloutCurveProps) {
  const asked = useAsked(
    (signal) =>
      call('GET /products/{product}/rollouts/{id}/curve', { path: { product, id }, signal }).then(
        ({ value }) => value,
      ),
    [product, id],
    { events: ['rollout.*', 'approval.given'], everySeconds: EVERY_SECONDS },
  )
  // What cannot be drawn is no reason to hide the rest; and one point is no line.
  if (asked.value === undefined || asked.value.curve.length < 2) return null
  const { curve, moments, areMomentsWhole } = asked.value
  return (
    <section class="card" aria-labelledby="curve">
      <h2 id="curve">{say('rollouts.curve')}</h2>
      <Chart
        isFromZero
        title={say('rollouts.curveTitle')}
        times={curve.map(({ at }) => at)}
        series={[
          {
            ...{ name: say('rolloutColumns.succeeded'), color: '--series-3' },
            values: curve.map(({ committed }) => committed),
          },
          {
            ...{ name: say('rolloutColumns.failed'), color: '--series-2' },
            values: curve.map(({ failed }) => failed),
          },
        ]}
        marks={moments.map((moment) => ({ at: moment.at, name: momentWords(moment) }))}
      />
      <p class="quiet">{say('rollouts.curveSays')}</p>
      {!areMomentsWhole && <p class="quiet">{say('rollouts.momentsNotWhole')}</p>}
    </section>
  )
}

function momentWords({ kind, byItself }: Curve['moments'][number]): string {
  if (byItself && kind === 'paused') return say('rollouts.pausedItself')
  if (byItself && kind === 'stopped') return say('rollouts.stoppedItself')
  return say(`rollouts.moment-${kind}`)
}
