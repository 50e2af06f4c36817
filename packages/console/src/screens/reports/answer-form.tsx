/** Answers a reporter, or notes something for the house. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import { useDoing } from '../../live/doing.ts'
import { ChoiceField, TextField } from '../../pieces/field.tsx'
import { ProblemNote } from '../../pieces/told/problem-note.tsx'
import { announce } from '../../pieces/told/said.tsx'
import { say } from '../../words/say.tsx'

export interface AnswerFormProps {
  readonly report: string
  readonly onSent: () => void
}

type Kind = 'answer' | 'note'

export function AnswerForm({ report, onSent }: AnswerFormProps) {
  const [kind, setKind] = useState<Kind>('answer')
  const [text, setText] = useState('')
  const doing = useDoing()
  const send = async () => {
    const isSent = await doing.run(() =>
      call('POST /disclosure/reports/{id}/messages', {
        path: { id: report },
        body: { kind, text },
      }),
    )
    if (!isSent) return
    setText('')
    announce(say(kind === 'answer' ? 'reports.sent' : 'reports.noted'))
    onSent()
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (!doing.isBusy && text.trim() !== '') void send()
      }}
    >
      <ChoiceField<Kind>
        label={say('reports.whatItIs')}
        value={kind}
        choices={[
          { value: 'answer', label: say('reports.toReporter') },
          { value: 'note', label: say('reports.toHouse') },
        ]}
        onValue={setKind}
      />
      <TextField
        label={say('reports.message')}
        hint={say(kind === 'answer' ? 'reports.answerHint' : 'reports.noteHint')}
        rows={4}
        value={text}
        error={doing.fields.get('text')}
        onValue={setText}
      />
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      <div class="actions">
        <button type="submit" class="first" disabled={doing.isBusy || text.trim() === ''}>
          {say(kind === 'answer' ? 'reports.send' : 'reports.keepNote')}
        </button>
      </div>
    </form>
  )
}
