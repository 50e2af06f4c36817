/** Says what a finding means, in which of its releases; when somebody said something meanwhile, both are shown. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { FindingInFull } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { useDoing } from '../../../live/doing.ts'
import { ChoiceField } from '../../../pieces/field.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { STATUSES, type Status } from '../finding-words.ts'
import { DecideConflict } from './decide-conflict.tsx'
import { DecideFields } from './decide-fields.tsx'
import { type DecisionDraft, decisionOf, draftFor } from './decision.ts'

export interface DecideFormProps {
  readonly product: string
  readonly finding: FindingInFull
  readonly etag: string
  readonly status?: Status
  /** With what the server has now. */
  readonly onDecided: () => void
}

/** Claims nothing: a press on the button without a look says no more than that somebody looks. */
const UNSAID: Status = 'under_investigation'

export function DecideForm(props: DecideFormProps) {
  const { product, finding, status = UNSAID, onDecided } = props
  const versions = finding.answers.map(({ version }) => version)
  const [draft, setDraft] = useState(() => draftFor(status, versions))
  const [etag, setEtag] = useState<string>()
  const [theirs, setTheirs] = useState<{ finding: FindingInFull; etag: string }>()
  const doing = useDoing()
  const refused = doing.error instanceof Refused ? doing.error : undefined
  const set = (change: Partial<DecisionDraft>) => setDraft({ ...draft, ...change })

  const decide = async (ifMatch: string) => {
    const path = { product, finding: finding.id }
    setTheirs(undefined)
    const isDone = await doing.run(async () => {
      try {
        await call('POST /products/{product}/findings/{finding}/decide', {
          ...{ path, body: decisionOf(draft), ifMatch },
        })
      } catch (error) {
        if (error instanceof Refused && error.isConflict) {
          const now = await call('GET /products/{product}/findings/{finding}', { path })
          setTheirs({ finding: now.value, etag: now.etag })
        }
        throw error
      }
    })
    if (!isDone) return
    announce(say('vulnerabilities.decided', { vulnerability: finding.vulnerability }))
    setEtag(undefined)
    onDecided()
  }

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (!doing.isBusy) void decide(etag ?? props.etag)
      }}
    >
      <ChoiceField
        label={say('vulnerabilities.status')}
        value={draft.status}
        choices={STATUSES.map((value) => ({
          value,
          label: say(`vulnerabilities.status-${value}`),
        }))}
        onValue={(value) => set({ status: value })}
      />
      <DecideFields draft={draft} set={set} errors={doing.fields} />
      <fieldset class="choices">
        <legend>{say('vulnerabilities.ofReleases')}</legend>
        {versions.map((version) => (
          <label key={version} class="check">
            <input
              type="checkbox"
              checked={draft.releases.includes(version)}
              onChange={({ currentTarget }) =>
                set({
                  releases: currentTarget.checked
                    ? [...draft.releases, version]
                    : draft.releases.filter((other) => other !== version),
                })
              }
            />
            {version}
          </label>
        ))}
      </fieldset>
      {doing.error !== undefined && refused?.isConflict !== true && (
        <ProblemNote error={doing.error} />
      )}
      <div class="actions">
        <button type="submit" class="first" disabled={doing.isBusy || draft.releases.length === 0}>
          {say('vulnerabilities.decide')}
        </button>
      </div>
      {theirs !== undefined && (
        <DecideConflict
          mine={draft}
          theirs={theirs.finding}
          onKeepMine={() => {
            setEtag(theirs.etag)
            void decide(theirs.etag)
          }}
          onTakeTheirs={() => {
            setTheirs(undefined)
            doing.forget()
            onDecided()
          }}
          onClose={() => setTheirs(undefined)}
        />
      )}
    </form>
  )
}
