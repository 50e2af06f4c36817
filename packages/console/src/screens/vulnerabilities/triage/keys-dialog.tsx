/** Which keys there are, and the switch for who does not want them. */
import { Dialog } from '../../../pieces/dialogs/dialog.tsx'
import { say } from '../../../words/say.tsx'
import { STATUSES } from '../finding-words.ts'
import { areKeysOn, switchKeys } from './triage-keys.ts'

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const rows: readonly (readonly [string, string])[] = [
    ['j', say('vulnerabilities.keyNext')],
    ['k', say('vulnerabilities.keyBefore')],
    ['Enter', say('vulnerabilities.keyOpen')],
    ...STATUSES.map(
      (status, index) => [String(index + 1), say(`vulnerabilities.status-${status}`)] as const,
    ),
    ['?', say('vulnerabilities.keyHelp')],
  ]
  return (
    <Dialog title={say('vulnerabilities.keys')} onClose={onClose}>
      <dl class="facts">
        {rows.map(([key, does]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={areKeysOn.value}
          onChange={({ currentTarget }) => switchKeys(currentTarget.checked)}
        />
        {say('vulnerabilities.keysOn')}
      </label>
    </Dialog>
  )
}
