/** A screen whose thing there is not: the link is old, was mistyped, or leads to what the viewer may not see. */
import type { Refused } from '../../api/refused.ts'
import { say } from '../../words/say.tsx'
import { toldWords } from '../../words/told.ts'
import { Told } from '../told/told.tsx'
import { Empty } from './empty.tsx'

export function NotThere({ error }: { readonly error: Refused }) {
  return (
    <Empty title={say('console.notFound')}>
      {/* A name that could be none is refused with its pattern, which helps nobody who followed a link; NOT_FOUND says no more than the title. */}
      {error.status === 404 && error.code !== 'NOT_FOUND' && (
        <p>
          <Told words={toldWords('refusals', error.code, error.facts)} sentence={error.message} />
        </p>
      )}
      <p>{say('console.notFoundNext')}</p>
      <p class="quiet">{say('pieces.code', { code: error.code })}</p>
    </Empty>
  )
}
