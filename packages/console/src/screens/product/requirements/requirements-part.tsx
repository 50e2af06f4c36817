/** The 22 requirements of Annex I: how each is met, what is suggested, and what is missing. */
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { RequirementRow } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { say } from '../../../words/say.tsx'
import { RequirementCard } from './requirement-card.tsx'
import { REQUIREMENT_TONES } from './requirement-tones.ts'
import { requirementWords } from './requirement-words.ts'

export function RequirementsPart({ product }: { readonly product: string }) {
  const { query } = useLocation()
  const asked = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/requirements', { path: { product }, signal })).value,
    [product],
  )
  const chosen = query.row
  return (
    <Loaded asked={asked}>
      {({ rows, isComplete, states, edition }) => (
        <>
          <p>
            <Tag tone={isComplete ? 'good' : 'waits'}>
              {say(isComplete ? 'product.whole' : 'product.hasGaps')}
            </Tag>{' '}
            <span class="quiet">
              {edition} · {say('annex1.whoseWords')}
            </span>
          </p>
          <ul class="row plain-list">
            {Object.entries(states).map(([state, count]) => (
              <li key={state}>
                {say(`product.state_${state as RequirementRow['state']}`)}: {count}
              </li>
            ))}
          </ul>
          <div class="matrix">
            <ul class="plain-list matrix-list">
              {rows.map((row) => (
                <li key={row.id}>
                  <a
                    href={to.product(product, 'requirements', { row: row.id })}
                    aria-current={row.id === chosen ? 'true' : undefined}
                  >
                    <span class="row">
                      <strong>{row.id}</strong>
                      <Tag tone={REQUIREMENT_TONES[row.state]}>
                        {say(`product.state_${row.state}`)}
                      </Tag>
                      {row.gaps.length > 0 && (
                        <span>{say('product.gapCount', { count: row.gaps.length })}</span>
                      )}
                    </span>
                    <span class="matrix-text">
                      <Told words={requirementWords(row)} sentence={row.text} />
                    </span>
                  </a>
                </li>
              ))}
            </ul>
            {rows
              .filter(({ id }) => id === chosen)
              .map((row) => (
                <RequirementCard key={row.id} {...{ product, row }} again={asked.again} />
              ))}
          </div>
        </>
      )}
    </Loaded>
  )
}
