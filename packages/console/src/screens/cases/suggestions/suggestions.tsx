/** What may be a case: signs that devices or lists gave, to be taken up or dismissed with a reason. */

import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { CaseSuggestion } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { TextField } from '../../../pieces/field.tsx'
import { More } from '../../../pieces/tables/more.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { SuggestionFacts } from './suggestion-facts.tsx'
import { TakeUp } from './take-up.tsx'

const PAGE_COUNT = 20

export function Suggestions({ mayManage }: { readonly mayManage: boolean }) {
  const [chosen, setChosen] = useState<{ one: CaseSuggestion; act: 'take-up' | 'dismiss' }>()
  const asked = usePages(
    (after, signal) =>
      call('GET /case-suggestions', { query: { state: 'open', after, limit: PAGE_COUNT }, signal }),
    [],
    { events: ['case.*'] },
  )
  const { route } = useLocation()
  const open = asked.value ?? []
  if (open.length === 0) return null
  return (
    <section class="card" aria-labelledby="suggestions">
      <h2 id="suggestions">{say('cases.suggestions')}</h2>
      <p class="quiet">{say('cases.suggestionsAbout')}</p>
      <ul class="suggestion-list">
        {open.map((one) => (
          <li key={one.id} class="suggestion">
            <div class="stack">
              <strong>{say(`cases.sign_${one.sign}`)}</strong>
              <SuggestionFacts of={one} />
              <span class="quiet">
                <a href={to.product(one.product)}>{one.product}</a> · {say('cases.seen')}{' '}
                <Time at={one.lastAt} />
              </span>
            </div>
            {mayManage && may('case.manage', one.product) && (
              <div class="row">
                <button
                  type="button"
                  class="first"
                  onClick={() => setChosen({ one, act: 'take-up' })}
                >
                  {say('cases.takeUp')}
                </button>
                <button type="button" onClick={() => setChosen({ one, act: 'dismiss' })}>
                  {say('cases.dismiss')}
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      <More of={asked} />
      {chosen?.act === 'take-up' && (
        <TakeUp
          of={chosen.one}
          onTaken={(id) => route(to.case(id))}
          onClose={() => setChosen(undefined)}
        />
      )}
      {chosen?.act === 'dismiss' && (
        <Dismiss of={chosen.one} onClose={() => setChosen(undefined)} onDone={asked.again} />
      )}
    </section>
  )
}

interface DismissProps {
  readonly of: CaseSuggestion
  readonly onClose: () => void
  readonly onDone: () => void
}

/** What was decided is not suggested again: that cannot be taken back, and asks for its reason. */
function Dismiss({ of, onClose, onDone }: DismissProps) {
  const [reason, setReason] = useState('')
  return (
    <Confirm
      title={say('cases.dismissTitle')}
      act={say('cases.dismiss')}
      canConfirm={reason.trim() !== ''}
      onClose={onClose}
      onConfirm={async () => {
        await call('POST /case-suggestions/{id}/dismiss', {
          ...{ path: { id: of.id }, body: { reason }, ifMatch: `"${of.revision}"` },
        })
        onDone()
      }}
    >
      <p>{say('cases.dismissText')}</p>
      <TextField label={say('cases.reason')} rows={3} value={reason} onValue={setReason} />
    </Confirm>
  )
}
