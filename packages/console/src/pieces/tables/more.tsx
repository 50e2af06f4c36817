/** The way to what comes behind the pages that are shown, where there is any. It keeps the focus while it is asked for. */
import { say } from '../../words/say.tsx'

export interface MoreProps {
  readonly of: { readonly more: (() => void) | undefined }
}

export function More({ of: { more } }: MoreProps) {
  if (more === undefined) return null
  return (
    <div class="row">
      <button type="button" onClick={more}>
        {say('pieces.more')}
      </button>
    </div>
  )
}
