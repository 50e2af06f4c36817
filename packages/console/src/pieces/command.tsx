/** A command as it is typed, to be copied. */
import { say } from '../words/say.tsx'
import { Scrolling } from './screen/scrolling.tsx'
import { announce } from './told/said.tsx'

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
