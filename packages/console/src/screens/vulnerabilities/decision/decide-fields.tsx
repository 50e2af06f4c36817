/** What each status has to say besides itself. */
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import { JUSTIFICATIONS, type Status } from '../finding-words.ts'
import type { DecisionDraft } from './decision.ts'

export interface DecideFieldsProps {
  readonly draft: DecisionDraft
  readonly set: (change: Partial<DecisionDraft>) => void
  readonly errors: ReadonlyMap<string, string>
}

type Text = 'acceptedBy' | 'reason' | 'until' | 'inVersion' | 'action'

const TEXTS: Readonly<Record<Status, readonly Text[]>> = {
  ...{ not_affected: [], affected: ['action'], fixed: ['inVersion'], under_investigation: [] },
  accepted: ['acceptedBy', 'reason', 'until', 'action'],
}
const LONG: readonly Text[] = ['action', 'reason']

export function DecideFields({ draft, set, errors }: DecideFieldsProps) {
  return (
    <>
      {draft.status === 'not_affected' && (
        <ChoiceField
          label={say('vulnerabilities.justification')}
          required
          value={draft.justification}
          choices={[
            { value: '' as const, label: say('newRollout.choose') },
            ...JUSTIFICATIONS.map((value) => ({
              value,
              label: say(`vulnerabilities.because-${value}`),
            })),
          ]}
          error={errors.get('justification')}
          onValue={(justification) => set({ justification })}
        />
      )}
      {TEXTS[draft.status].map((name) => (
        <TextField
          key={name}
          label={say(`vulnerabilities.${name}`)}
          required
          value={draft[name]}
          error={errors.get(name)}
          {...(name === 'until' ? { type: 'date' as const } : {})}
          {...(LONG.includes(name) ? { rows: 3 } : {})}
          onValue={(value) => set({ [name]: value })}
        />
      ))}
      <TextField
        label={say('vulnerabilities.note')}
        hint={say('vulnerabilities.noteHint')}
        rows={2}
        value={draft.note}
        error={errors.get('note')}
        onValue={(note) => set({ note })}
      />
    </>
  )
}
