/** How bad a hole is, and whether it is exploited, in words. */
import type { Finding } from '../../api/operator-api.gen.ts'
import { Tag } from '../../pieces/tag.tsx'
import { numberWords, say } from '../../words/say.tsx'
import { RATING_TONES } from './finding-words.ts'

type Rated = Pick<Finding, 'rating' | 'score' | 'isExploited'>

export function RatingTag({ rating, score }: Omit<Rated, 'isExploited'>) {
  return (
    <Tag tone={RATING_TONES[rating]}>
      {say(`vulnerabilities.rating-${rating}`)}
      {score !== undefined && ` ${numberWords(score, { minimumFractionDigits: 1 })}`}
    </Tag>
  )
}

export function ExploitedTag({ isExploited }: Pick<Rated, 'isExploited'>) {
  if (!isExploited) return null
  return <Tag tone="bad">{say('vulnerabilities.exploited')}</Tag>
}
