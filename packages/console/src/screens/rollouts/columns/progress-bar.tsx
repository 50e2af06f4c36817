/** How far a rollout is: one bar of all its devices, and the same numbers as a table. */
import type { RolloutColumns } from '../../../api/operator-api.gen.ts'
import { numberWords, percentWords, say, sayIfKnown } from '../../../words/say.tsx'
import { COLUMNS, devicesIn, partsOf } from './rollout-columns.ts'

export function ProgressBar({ columns }: { readonly columns: RolloutColumns }) {
  const all = devicesIn(columns)
  const share = all === 0 ? 0 : columns.succeeded / all
  const text = say('rollouts.updatedOf', {
    ...{ done: columns.succeeded, count: all, share: percentWords(share) },
  })
  return (
    <div class="rollout-progress">
      <div class="rollout-bar" role="img" aria-label={text}>
        {partsOf(columns).map(({ tone, share: width }) => (
          <span key={tone} class={tone} style={{ width: `${width * 100}%` }} />
        ))}
      </div>
      <details>
        <summary>{text}</summary>
        <table class="narrow">
          <tbody>
            {COLUMNS.filter((column) => columns[column] > 0).map((column) => (
              <tr key={column}>
                <th scope="row">{sayIfKnown('rolloutColumns', column) ?? column}</th>
                <td class="number">{numberWords(columns[column])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  )
}
