/** A new webhook: where to, and of what. Its secret is told once. */
import { useState } from 'preact/hooks'
import { useDoing } from '../../../live/doing.ts'
import { TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import { SecretDialog } from '../secrets/secret-dialog.tsx'
import type { WebhooksOf } from './webhooks-of.ts'

export interface NewWebhookDialogProps {
  readonly hooks: WebhooksOf
  readonly onClose: () => void
}

export function NewWebhookDialog({ hooks, onClose }: NewWebhookDialogProps) {
  const [url, setUrl] = useState('https://')
  const [types, setTypes] = useState('rollout.*, security.*')
  const [description, setDescription] = useState('')
  const [secret, setSecret] = useState<string>()
  const doing = useDoing()
  const { fields } = doing
  const add = () =>
    doing.run(async () => {
      const named = types.split(/[\s,]+/).filter((type) => type !== '')
      const { value } = await hooks.add({ url, types: named, description })
      setSecret(value.secret)
    })
  return (
    <SecretDialog
      title={say('settings.addWebhook')}
      act={say('settings.add')}
      doing={doing}
      onSubmit={() => void add()}
      secret={secret}
      what={say('settings.webhookSecret')}
      onClose={onClose}
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
    </SecretDialog>
  )
}
