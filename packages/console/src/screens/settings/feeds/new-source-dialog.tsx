/** Where the server fetches a feed from by itself, and how often. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { FeedSource } from '../../../api/operator-api.gen.ts'
import { useDoing } from '../../../live/doing.ts'
import { FormDialog } from '../../../pieces/dialogs/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'

const KINDS = ['osv', 'kev', 'euvd', 'epss', 'cve', 'csaf'] as const
const HOUR_SECONDS = 3600

export function NewSourceDialog({ onClose }: { readonly onClose: () => void }) {
  const [feed, setFeed] = useState('')
  const [kind, setKind] = useState<FeedSource['kind']>('osv')
  const [place, setPlace] = useState('https://')
  const [hours, setHours] = useState('6')
  const doing = useDoing()
  const { fields } = doing
  const add = async () => {
    const body = { feed, kind, place, everySeconds: Math.round(Number(hours) * HOUR_SECONDS) }
    if (await doing.run(() => call('POST /feed-sources', { body }))) onClose()
  }
  return (
    <FormDialog
      title={say('settings.addSource')}
      act={say('settings.add')}
      doing={doing}
      onSubmit={() => void add()}
      onClose={onClose}
    >
      <TextField
        label={say('settings.feed')}
        hint={say('settings.feedHint')}
        value={feed}
        onValue={setFeed}
        error={fields.get('feed')}
        required
      />
      <ChoiceField
        label={say('settings.kind')}
        value={kind}
        choices={KINDS.map((value) => ({ value, label: value.toUpperCase() }))}
        onValue={setKind}
      />
      <TextField
        label={say('settings.place')}
        hint={say('settings.placeHint')}
        value={place}
        onValue={setPlace}
        error={fields.get('place')}
        required
      />
      <TextField
        label={say('settings.everyHours')}
        type="number"
        value={hours}
        onValue={setHours}
        error={fields.get('everySeconds')}
        required
      />
    </FormDialog>
  )
}
