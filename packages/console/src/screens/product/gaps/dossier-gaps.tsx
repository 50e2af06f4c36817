/** What a dossier lacks, in words, by the item of the annex that asks for it. */
import type { DossierGap } from '../../../api/operator-api.gen.ts'
import { Command } from '../../../pieces/command.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { say } from '../../../words/say.tsx'
import { placeOfGap } from './gap-place.ts'
import { gapWords, isWhole } from './gap-words.ts'

export interface DossierGapsProps {
  readonly product: string
  readonly gaps: readonly DossierGap[]
}

export function DossierGaps({ product, gaps }: DossierGapsProps) {
  return (
    <section class="stack" aria-label={say('product.gaps')}>
      <h3>{say('product.gapCount', { count: gaps.length })}</h3>
      <ul class="gap-list">
        {gaps.map((gap) => {
          const { item, what, next } = gap
          const place = placeOfGap(product, next)
          const words = gapWords(gap)
          return (
            <li key={`${item} ${what}`}>
              <span class="quiet">{item}</span> <Told words={words} sentence={what} />{' '}
              {words !== undefined && !isWhole(gap) && (
                <span class="quiet">
                  {say('pieces.serverSays')} <span lang="en">{what}</span>{' '}
                </span>
              )}
              {place !== undefined ? (
                <a href={place}>{say('product.fill')}</a>
              ) : next.startsWith('fleetward ') ? (
                <Command text={next} />
              ) : (
                <span class="quiet" lang="en">
                  {next}
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
