/** What was asked for is on its way. */
import { say } from '../../words/say.tsx'

export function Loading() {
  return (
    <p class="quiet" data-loading>
      {say('console.loading')}
    </p>
  )
}
