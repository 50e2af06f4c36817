/** Where the server fetches a feed from by itself, and how often. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { FeedSource } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { useDoing } from '../../../live/doing.ts'
import { Dialog } from '../../../pieces/dialogs/dialog.tsx'
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { say } from '../../../words/say.tsx'

const KINDS = ['osv', 'kev', 'euvd', 'epss', 'cve', 'csaf'] as const
const HOUR_SECONDS = 3600

export function NewSourceDialog({ onClose }: { readonly onClose: () => void }) {
  const [feed, setFeed] = useState('')
  const [kind, setKind] = useState<FeedSource['kind']>('osv')
  const [place, setPlace] = useState('https://')
  const [hours, setHours] = useState('6')
  const doing = useDoing()
  const fields = doing.error instanceof Refused ? doing.error.fields : new Map<string, string>()
  const add = async () => {
    const body = { feed, kind, place, everySeconds: Math.round(Number(hours) * HOUR_SECONDS) }
    if (await doing.run(() => call('POST /feed-sources', { body }))) onClose()
  }
  return (
    <Dialog
      title={say('settings.addSource')}
      onClose={onClose}
      actions={
        <button type="submit" form="new-source" class="first" disabled={doing.isBusy}>
          {say('settings.add')}
        </button>
      }
    >
      <form
        id="new-source"
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
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
        {doing.error !== undefined && <ProblemNote error={doing.error} />}
      </form>
    </Dialog>
  )
}
