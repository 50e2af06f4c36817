/** What was refused, in the server's words, with its reasons and its code for whoever asks for help. */
import { Refused } from '../api/refused.ts'
import { say } from '../words/say.tsx'

export interface ProblemNoteProps {
  readonly error: Error
  readonly again?: () => void
}

export function ProblemNote({ error, again }: ProblemNoteProps) {
  const reasons = error instanceof Refused ? error.reasons : []
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{say('pieces.refused')}</strong>
      </p>
      <p>{error.message}</p>
      {reasons.length > 0 && (
        <ul>
          {reasons.map(({ code, sentence }) => (
            <li key={`${code} ${sentence}`}>{sentence}</li>
          ))}
        </ul>
      )}
      {error instanceof Refused && <p class="quiet">{say('pieces.code', { code: error.code })}</p>}
      {again !== undefined && (
        <button type="button" onClick={again}>
          {say('pieces.again')}
        </button>
      )}
    </div>
  )
}
