/** A new webhook: where to, and of what. Its secret is told once. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import { Refused } from '../../api/refused.ts'
import { useDoing } from '../../live/doing.ts'
import { Dialog } from '../../pieces/dialog.tsx'
import { TextField } from '../../pieces/field.tsx'
import { ProblemNote } from '../../pieces/problem-note.tsx'
import { say } from '../../words/say.tsx'
import { SecretNote } from './secret-note.tsx'

export function NewWebhookDialog({ onClose }: { readonly onClose: () => void }) {
  const [url, setUrl] = useState('https://')
  const [types, setTypes] = useState('rollout.*, security.*')
  const [description, setDescription] = useState('')
  const [secret, setSecret] = useState<string>()
  const doing = useDoing()
  const fields = doing.error instanceof Refused ? doing.error.fields : new Map<string, string>()
  const add = () =>
    doing.run(async () => {
      const named = types.split(/[\s,]+/).filter((type) => type !== '')
      const { value } = await call('POST /webhooks', { body: { url, types: named, description } })
      setSecret(value.secret)
    })
  return (
    <Dialog
      title={say('settings.addWebhook')}
      onClose={onClose}
      actions={
        secret === undefined ? (
          <button type="submit" form="new-webhook" class="first" disabled={doing.isBusy}>
            {say('settings.add')}
          </button>
        ) : (
          <button type="button" class="first" onClick={onClose}>
            {say('pieces.done')}
          </button>
        )
      }
    >
      {secret === undefined ? (
        <form
          id="new-webhook"
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            void add()
          }}
        >
          <TextField
            label={say('settings.url')}
            value={url}
            onValue={setUrl}
            error={fields.get('url')}
            required
          />
          <TextField
            label={say('settings.types')}
            hint={say('settings.typesHint')}
            value={types}
            onValue={setTypes}
            error={fields.get('types') ?? fields.get('types.0')}
            required
          />
          <TextField
            label={say('settings.description')}
            value={description}
            onValue={setDescription}
            error={fields.get('description')}
          />
          {doing.error !== undefined && <ProblemNote error={doing.error} />}
        </form>
      ) : (
        <SecretNote what={say('settings.webhookSecret')} secret={secret} />
      )}
    </Dialog>
  )
}
