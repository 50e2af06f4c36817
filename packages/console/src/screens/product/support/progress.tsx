/** How far the records of a product are, part by part, with the way to each. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { say } from '../../../words/say.tsx'
import type { PartId } from '../parts.ts'

interface Row {
  readonly part: PartId
  readonly isDone: boolean
  readonly words: string
}

export function Progress({ product }: { readonly product: string }) {
  const asked = useAsked((signal) => rowsOf(product, signal), [product], {
    events: ['product.*', 'release.*'],
  })
  return (
    <section class="card" aria-labelledby="progress">
      <h2 id="progress">{say('product.progress')}</h2>
      <Loaded asked={asked}>
        {(rows) => (
          <ul class="plain-list">
            {rows.map(({ part, isDone, words }) => (
              <li key={part} class="row">
                <Tag tone={isDone ? 'good' : 'waits'}>
                  {say(isDone ? 'product.whole' : 'product.hasGaps')}
                </Tag>
                <a href={to.product(product, part)}>{say(`product.part_${part}`)}</a>
                <span class="quiet">{words}</span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  )
}

async function rowsOf(product: string, signal: AbortSignal): Promise<readonly Row[]> {
  const given = { path: { product }, signal }
  const [facts, matrix, risks, components, data] = await Promise.all([
    call('GET /products/{product}/facts/gaps', given),
    call('GET /products/{product}/requirements', given),
    call('GET /products/{product}/risk-status', given),
    call('GET /products/{product}/component-status', given),
    call('GET /products/{product}/data-inventory', given),
  ])
  const missing = facts.value.sheets.flatMap(({ items }) =>
    items.filter(({ state }) => state === 'empty'),
  )
  const open = matrix.value.rows.filter(({ gaps }) => gaps.length > 0)
  const unreviewed = Object.entries(components.value.counts)
    .filter(([state]) => state !== 'current')
    .reduce((sum, [, count]) => sum + count, 0)
  const { isOverdue, highWithoutEvidence, assessment } = risks.value
  return [
    row('facts', facts.value.isComplete, say('product.missingItems', { count: missing.length })),
    row(
      'risks',
      assessment !== undefined && !isOverdue && highWithoutEvidence.length === 0,
      say('product.riskCount', { count: risks.value.risks }),
    ),
    row('requirements', matrix.value.isComplete, say('product.openRows', { count: open.length })),
    row(
      'components',
      components.value.isComplete,
      say('product.openComponents', { count: unreviewed }),
    ),
    row('data', data.value.isComplete, dataWords(data.value)),
  ]
}

interface DataStanding {
  readonly productCount: number
  readonly gaps: readonly unknown[]
}

/** That nobody wrote anything is no gap of what is written. */
function dataWords({ productCount, gaps }: DataStanding): string {
  if (productCount === 0) return say('product.noData')
  return say('product.gapCount', { count: gaps.length })
}

const row = (part: PartId, isDone: boolean, words: string): Row => ({ part, isDone, words })
