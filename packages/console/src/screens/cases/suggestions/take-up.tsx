/** Opens a case out of a sign. What is known of an incident already can be answered at once. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { CaseSuggestion, CaseSuggestionTakenUp } from '../../../api/operator-api.gen.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'

const QUESTIONS = ['protectionAffected', 'protectionCapable', 'codeLed', 'codeCapable'] as const
const ANSWERS = ['yes', 'no', 'unknown'] as const
type Question = (typeof QUESTIONS)[number]
type Given = { readonly answer: (typeof ANSWERS)[number] | ''; readonly reason: string }

export interface TakeUpProps {
  readonly of: CaseSuggestion
  readonly onTaken: (id: string) => void
  readonly onClose: () => void
}

export function TakeUp({ of, onTaken, onClose }: TakeUpProps) {
  const [title, setTitle] = useState('')
  const [given, setGiven] = useState<Partial<Record<Question, Given>>>({})
  const isIncident = of.sign !== 'known-exploited'
  const bodyOf = (): CaseSuggestionTakenUp => {
    const answers = Object.fromEntries(
      Object.entries(given).filter(([, { answer }]) => answer !== ''),
    )
    return {
      ...(title.trim() === '' ? {} : { title: title.trim() }),
      ...(Object.keys(answers).length === 0 ? {} : { answers }),
    }
  }
  return (
    <Confirm
      title={say('cases.takeUpTitle')}
      act={say('cases.takeUp')}
      onClose={onClose}
      onConfirm={async () => {
        const { value } = await call('POST /case-suggestions/{id}/take-up', {
          ...{ path: { id: of.id }, body: bodyOf(), ifMatch: `"${of.revision}"` },
        })
        onTaken(value.id)
      }}
    >
      <p>{say('cases.takeUpText')}</p>
      <TextField
        label={say('cases.caseTitle')}
        hint={say('cases.caseTitleHint')}
        value={title}
        maxLength={255}
        onValue={setTitle}
      />
      {isIncident &&
        QUESTIONS.map((question) => {
          const { answer = '', reason = '' } = given[question] ?? {}
          const set = (more: Partial<Given>) =>
            setGiven({ ...given, [question]: { answer, reason, ...more } })
          return (
            <div key={question} class="stack">
              <ChoiceField
                label={say(`cases.question_${question}`)}
                value={answer}
                choices={(['', ...ANSWERS] as const).map((value) => ({
                  value,
                  label: value === '' ? say('cases.notAnswered') : say(`cases.answer_${value}`),
                }))}
                onValue={(value) => set({ answer: value })}
              />
              {answer !== '' && (
                <TextField
                  label={say('cases.reason')}
                  rows={2}
                  value={reason}
                  onValue={(value) => set({ reason: value })}
                />
              )}
            </div>
          )
        })}
    </Confirm>
  )
}
