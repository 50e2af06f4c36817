/** Asks to sign in again, or to prove it is still the same person; what was begun goes on behind it. */
import { knocking, notEntered, openDoor } from '../api/door.ts'
import { Dialog } from '../pieces/dialogs/dialog.tsx'
import { say } from '../words/say.tsx'

export function DoorDialog() {
  const knock = knocking.value
  if (knock === undefined) return null
  const isSignIn = knock === 'sign-in'
  return (
    <Dialog
      title={say(isSignIn ? 'door.signInTitle' : 'door.stepUpTitle')}
      onClose={notEntered}
      actions={
        <>
          <button type="button" onClick={notEntered}>
            {say('door.cancel')}
          </button>
          <button type="button" class="first" onClick={() => openDoor(knock)}>
            {say(isSignIn ? 'door.signIn' : 'door.stepUp')}
          </button>
        </>
      }
    >
      <p>{say(isSignIn ? 'door.signInText' : 'door.stepUpText')}</p>
    </Dialog>
  )
}
