/** A command as it is typed, to be copied. */
import { say } from '../words/say.tsx'
import { announce } from './said.tsx'
import { Scrolling } from './scrolling.tsx'

export function Command({ text }: { readonly text: string }) {
  return (
    <div class="command">
      <Scrolling as="pre">
        <code>{text}</code>
      </Scrolling>
      <button
        type="button"
        onClick={() =>
          void navigator.clipboard.writeText(text).then(() => announce(say('pieces.copied')))
        }
      >
        {say('pieces.copy')}
      </button>
    </div>
  )
}
