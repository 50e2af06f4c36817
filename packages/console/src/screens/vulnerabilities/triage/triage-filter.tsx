/** Which findings are shown; every choice is in the address. */
import { useLayoutEffect, useState } from 'preact/hooks'
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import { LEAST, STATES, type TriageQuery } from './triage-query.ts'

export interface TriageFilterProps {
  readonly query: TriageQuery
  readonly set: (change: Partial<TriageQuery>) => void
}

export function TriageFilter({ query, set }: TriageFilterProps) {
  const [release, setRelease] = useState(query.release)
  useLayoutEffect(() => setRelease(query.release), [query.release])
  return (
    <search>
      <form
        class="card triage-filter"
        onSubmit={(event) => {
          event.preventDefault()
          set({ release })
        }}
      >
        <ChoiceField
          label={say('vulnerabilities.show')}
          value={query.state}
          choices={STATES.map((value) => ({ value, label: say(`vulnerabilities.show-${value}`) }))}
          onValue={(state) => set({ state, release })}
        />
        <ChoiceField
          label={say('vulnerabilities.least')}
          value={query.rating}
          choices={[
            { value: '', label: say('vulnerabilities.any') },
            ...LEAST.map((value) => ({ value, label: say(`vulnerabilities.rating-${value}`) })),
          ]}
          onValue={(rating) => set({ rating, release })}
        />
        <TextField
          label={say('vulnerabilities.inRelease')}
          type="search"
          value={release}
          onValue={setRelease}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={query.isExploited}
            onChange={({ currentTarget }) => set({ isExploited: currentTarget.checked, release })}
          />
          {say('vulnerabilities.onlyExploited')}
        </label>
        <button type="submit">{say('vulnerabilities.filter')}</button>
      </form>
    </search>
  )
}
