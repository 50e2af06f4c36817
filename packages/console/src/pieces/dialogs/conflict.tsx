/** Two editors of one thing: both versions side by side, field by field, and nothing saved until somebody chose. */
import { say } from '../../words/say.tsx'
import { Dialog } from './dialog.tsx'

export interface ConflictField {
  readonly name: string
  readonly mine: string
  readonly theirs: string
}

export interface ConflictProps {
  /** Those that differ. */
  readonly fields: readonly ConflictField[]
  readonly onKeepMine: () => void
  readonly onTakeTheirs: () => void
  readonly onClose: () => void
}

export function Conflict({ fields, onKeepMine, onTakeTheirs, onClose }: ConflictProps) {
  return (
    <Dialog
      isWide
      title={say('pieces.conflictTitle')}
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={onTakeTheirs}>
            {say('pieces.takeTheirs')}
          </button>
          <button type="button" class="first" onClick={onKeepMine}>
            {say('pieces.keepMine')}
          </button>
        </>
      }
    >
      <p>{say('pieces.conflictText')}</p>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{say('pieces.mine')}</th>
            <th scope="col">{say('pieces.theirs')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, mine, theirs }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="written">{mine}</td>
              <td class="written">{theirs}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}
