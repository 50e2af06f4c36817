/** A person is added with a first role, and gets a link that lets them in once. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { NewGrant, WayIn } from '../../../api/operator-api.gen.ts'
import { useDoing } from '../../../live/doing.ts'
import { TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import { SecretDialog } from '../secrets/secret-dialog.tsx'
import { GrantChoice } from './grant-choice.tsx'

export function NewPersonDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [grant, setGrant] = useState<NewGrant>({ role: 'viewer', product: '*' })
  const [wayIn, setWayIn] = useState<WayIn>()
  const doing = useDoing()
  const { fields } = doing
  const add = () =>
    doing.run(async () => {
      const { value } = await call('POST /accounts', {
        body: { kind: 'person', name, login, grants: [grant] },
      })
      setWayIn('wayIn' in value ? (value.wayIn as WayIn) : undefined)
    })
  return (
    <SecretDialog
      title={say('settings.addPerson')}
      act={say('settings.add')}
      doing={doing}
      onSubmit={() => void add()}
      secret={wayIn?.url}
      what={say('settings.wayInFor', { name })}
      onClose={onClose}
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
    </SecretDialog>
  )
}
