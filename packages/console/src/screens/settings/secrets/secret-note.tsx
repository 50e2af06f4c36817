/** A secret that the server tells once: shown to be copied, kept nowhere by the console. */
import { Command } from '../../../pieces/command.tsx'
import { say } from '../../../words/say.tsx'

export interface SecretNoteProps {
  readonly secret: string
  readonly what: string
  /** Where it belongs now. */
  readonly keep?: string | undefined
}

export function SecretNote({ secret, what, keep }: SecretNoteProps) {
  return (
    <div class="secret stack" role="status">
      <p>
        <strong>{what}</strong> {say('settings.onlyNow')} {keep}
      </p>
      <Command text={secret} />
    </div>
  )
}
