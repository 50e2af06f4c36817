/** A secret that the server tells once: shown to be copied, kept nowhere by the console. */
import { Command } from '../../pieces/command.tsx'
import { say } from '../../words/say.tsx'

export function SecretNote({ secret, what }: { readonly secret: string; readonly what: string }) {
  return (
    <div class="secret stack" role="status">
      <p>
        <strong>{what}</strong> {say('settings.onlyNow')}
      </p>
      <Command text={secret} />
    </div>
  )
}
