/** From page to page of a list that has no end in sight: to the first, to the one before, to the next. */
import { useState } from 'preact/hooks'
import { say } from '../../words/say.tsx'
import type { FleetQuery } from './fleet-query.ts'

export interface PagerProps {
  readonly query: FleetQuery
  readonly next: string | undefined
  readonly address: (after: string | undefined) => string
}

export function Pager({ query, next, address }: PagerProps) {
  const { after, ...others } = query
  const key = JSON.stringify(others)
  // The pages that led here; of a link that was sent, none is known.
  const [trail, setTrail] = useState<{ key: string; pages: readonly (string | undefined)[] }>({
    ...{ key, pages: [] },
  })
  const pages = trail.key === key ? trail.pages : []
  const here = pages.indexOf(after)
  const led = here < 0 ? pages : pages.slice(0, here)
  if (after === undefined && next === undefined) return null
  return (
    <nav class="row" aria-label={say('fleet.pages')}>
      {after !== undefined && <a href={address(undefined)}>{say('fleet.firstPage')}</a>}
      {after !== undefined && led.length > 0 && (
        <a href={address(led.at(-1))}>{say('fleet.pageBefore')}</a>
      )}
      {next !== undefined && (
        <a
          class="button"
          rel="next"
          href={address(next)}
          onClick={() => setTrail({ key, pages: [...led, after] })}
        >
          {say('fleet.nextPage')}
        </a>
      )}
    </nav>
  )
}
