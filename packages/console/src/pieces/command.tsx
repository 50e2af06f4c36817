/** A command as it is typed, to be copied. */
import { say } from '../words/say.tsx'
import { announce } from './said.tsx'

export function Command({ text }: { readonly text: string }) {
  return (
    <div class="command">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
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
