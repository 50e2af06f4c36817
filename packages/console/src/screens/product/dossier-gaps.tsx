/** What a dossier lacks, in words, by the item of the annex that asks for it. */
import type { DossierGap } from '../../api/operator-api.gen.ts'
import { Command } from '../../pieces/command.tsx'
import { say } from '../../words/say.tsx'
import { placeOfGap } from './gap-place.ts'

export interface DossierGapsProps {
  readonly product: string
  readonly gaps: readonly DossierGap[]
}

export function DossierGaps({ product, gaps }: DossierGapsProps) {
  return (
    <section class="stack" aria-label={say('product.gaps')}>
      <h3>{say('product.gapCount', { count: gaps.length })}</h3>
      <ul class="gap-list">
        {gaps.map(({ item, what, next }) => {
          const place = placeOfGap(product, next)
          return (
            <li key={`${item} ${what}`}>
              <span class="quiet">{item}</span> {what}{' '}
              {place !== undefined ? (
                <a href={place}>{say('product.fill')}</a>
              ) : next.startsWith('fleetward ') ? (
                <Command text={next} />
              ) : (
                <span class="quiet">{next}</span>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
