/** Where the tab ends in which somebody signed in again. */
import { useLayoutEffect } from 'preact/hooks'
import { tellDoorIsOpen } from '../api/door.ts'
import { say } from '../words/say.tsx'

export function BackScreen() {
  useLayoutEffect(() => {
    tellDoorIsOpen()
    // Allowed for a tab that a page of ours opened; any other stays, and says so.
    window.close()
  }, [])
  return (
    <main class="alone">
      <p role="status">{say('door.back')}</p>
    </main>
  )
}
