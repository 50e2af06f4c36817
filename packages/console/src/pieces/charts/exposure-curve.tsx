/** How many devices were exposed when: down to zero, if all goes well. */
import type { Exposure } from '../../api/operator-api.gen.ts'
import { say } from '../../words/say.tsx'
import { Chart } from './chart.tsx'

export function ExposureCurve({ exposure: { total, curve } }: { readonly exposure: Exposure }) {
  // One point is no line, and nobody concerned is no chart.
  if (total === 0 || curve.length < 2) return null
  return (
    <Chart
      isFromZero
      title={say('vulnerabilities.curve')}
      times={curve.map(({ at }) => at)}
      series={[
        {
          ...{ name: say('vulnerabilities.exposed'), color: '--series-2' },
          values: curve.map((point) => point.exposed),
        },
      ]}
    />
  )
}
