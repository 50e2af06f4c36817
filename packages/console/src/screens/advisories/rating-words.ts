/** How bad the worst vulnerability is, in a word. */
import { sayIfKnown } from '../../words/say.tsx'

export function ratingWords(rating: string | undefined): string {
  if (rating === undefined) return '–'
  return sayIfKnown('vulnerabilities', `rating-${rating}`) ?? rating
}
