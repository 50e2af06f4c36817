/** A person is added with a first role, and gets a link that lets them in once. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import type { NewGrant, WayIn } from '../../api/operator-api.gen.ts'
import { Refused } from '../../api/refused.ts'
import { useDoing } from '../../live/doing.ts'
import { Dialog } from '../../pieces/dialog.tsx'
import { TextField } from '../../pieces/field.tsx'
import { ProblemNote } from '../../pieces/problem-note.tsx'
import { say } from '../../words/say.tsx'
import { GrantChoice } from './grant-choice.tsx'
import { SecretNote } from './secret-note.tsx'

export function NewPersonDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [grant, setGrant] = useState<NewGrant>({ role: 'viewer', product: '*' })
  const [wayIn, setWayIn] = useState<WayIn>()
  const doing = useDoing()
  const fields = doing.error instanceof Refused ? doing.error.fields : new Map<string, string>()
  const add = () =>
    doing.run(async () => {
      const { value } = await call('POST /accounts', {
        body: { kind: 'person', name, login, grants: [grant] },
      })
      setWayIn('wayIn' in value ? (value.wayIn as WayIn) : undefined)
    })
  return (
    <Dialog
      title={say('settings.addPerson')}
      onClose={onClose}
      actions={
        wayIn === undefined ? (
          <button type="submit" form="new-person" class="first" disabled={doing.isBusy}>
            {say('settings.add')}
          </button>
        ) : (
          <button type="button" class="first" onClick={onClose}>
            {say('pieces.done')}
          </button>
        )
      }
    >
      {wayIn === undefined ? (
        <form
          id="new-person"
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            void add()
          }}
        >
          <TextField
            label={say('settings.name')}
            value={name}
            onValue={setName}
            error={fields.get('name')}
            required
          />
          <TextField
            label={say('settings.login')}
            hint={say('settings.loginHint')}
            value={login}
            onValue={setLogin}
            error={fields.get('login')}
            required
          />
          <GrantChoice grant={grant} onGrant={setGrant} />
          {doing.error !== undefined && <ProblemNote error={doing.error} />}
        </form>
      ) : (
        <SecretNote what={say('settings.wayInFor', { name })} secret={wayIn.url} />
      )}
    </Dialog>
  )
}
