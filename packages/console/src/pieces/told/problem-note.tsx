/** What was refused, in the words of the page and in the server's, with its reasons and its code for whoever asks for help. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Away, Refused } from '../../api/refused.ts'
import { fieldName } from '../../forms/names.ts'
import { gateWords } from '../../words/gate-words.ts'
import { say } from '../../words/say.tsx'
import { toldWords } from '../../words/told.ts'
import { Mistake, Told } from './told.tsx'

export interface ProblemNoteProps {
  readonly error: Error
  readonly again?: () => void
  /** To what somebody just did: it comes into sight, wherever on the page they did it. */
  readonly isAnswer?: boolean
}

export function ProblemNote({ error, again, isAnswer = false }: ProblemNoteProps) {
  const note = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (isAnswer) note.current?.scrollIntoView({ block: 'center' })
  }, [error, isAnswer])
  return (
    <div class="problem" role="alert" ref={note}>
      <p>
        <strong>{say(error instanceof Away ? 'pieces.away' : 'pieces.refused')}</strong>
      </p>
      {error instanceof Refused ? (
        <Refusal of={error} />
      ) : (
        !(error instanceof Away) && <p lang="en">{error.message}</p>
      )}
      {again !== undefined && (
        <button type="button" onClick={again}>
          {say('pieces.again')}
        </button>
      )}
    </div>
  )
}

/** The server's own sentence has what the code alone does not say, so it stays in every language. */
function Refusal({ of: { code, facts, fields, reasons, message } }: { readonly of: Refused }) {
  const own = toldWords('refusals', code, facts)
  return (
    <>
      {own !== undefined && <p>{own}</p>}
      {own !== undefined && fields.size > 0 ? (
        <ul>
          {[...fields].map(([field, mistake]) => (
            <li key={field}>
              {field !== '' && `${fieldName(field)}: `}
              <Mistake text={mistake} />
            </li>
          ))}
        </ul>
      ) : (
        <p class={own === undefined ? undefined : 'quiet'}>
          {own !== undefined && `${say('pieces.serverSays')} `}
          <span lang="en">{message}</span>
        </p>
      )}
      {reasons.length > 0 && (
        <ul>
          {reasons.map((reason) => (
            <li key={`${reason.code} ${reason.sentence}`}>
              <Told words={gateWords(reason)} sentence={reason.sentence} />
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">{say('pieces.code', { code })}</p>
    </>
  )
}
