/** Who said what in a report, in order: its reporter, the house, and the notes that stay in the house. */
import { Time } from '../../pieces/time.tsx'
import { say, sayIfKnown } from '../../words/say.tsx'
import { usePeople } from './people.ts'
import type { Entry } from './report-words.ts'

export function Thread({ entries }: { readonly entries: readonly Entry[] }) {
  const people = usePeople()
  if (entries.length === 0) return <p class="quiet">{say('reports.nothingSaid')}</p>
  return (
    <ol class="thread">
      {entries.map(({ at, kind, by, text }, index) => (
        <li key={index} class={kind}>
          <p class="quiet">
            {say(`reports.kind-${kind}`)}
            {by !== undefined && ` · ${people.get(by) ?? by}`} · <Time at={at} isExact />
          </p>
          <p class="written">
            {kind === 'state' ? (sayIfKnown('reports', `state-${text}`) ?? text) : text}
          </p>
        </li>
      ))}
    </ol>
  )
}
