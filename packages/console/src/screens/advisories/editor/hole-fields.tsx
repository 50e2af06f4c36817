/** One vulnerability in an advisory. */
import { TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import { type Hole, listOf } from './content.ts'
import { ListText } from './list-text.tsx'
import type { SaidAt } from './said-at.tsx'

export interface HoleFieldsProps {
  readonly hole: Hole
  readonly at: number
  readonly said: SaidAt
  readonly onHole: (hole: Hole) => void
  readonly onRemove: () => void
}

const LINES = ['name', 'component', 'weakness', 'vector'] as const
const LISTS = ['affected', 'fixed', 'aliases'] as const

export function HoleFields({ hole, at, said, onHole, onRemove }: HoleFieldsProps) {
  const saidIn = (part: keyof Hole) => said(`vulnerabilities.${at}.${part}`)
  return (
    <fieldset class="advisory-hole">
      <legend>{hole.name === '' ? say('advisories.hole', { number: at + 1 }) : hole.name}</legend>
      <div class="advisory-columns">
        {LINES.map((part) => (
          <TextField
            key={part}
            label={say(`advisories.hole-${part}`)}
            hint={say(`advisories.hint-${part}`)}
            value={hole[part]}
            {...saidIn(part)}
            onValue={(text) => onHole({ ...hole, [part]: text })}
          />
        ))}
        {LISTS.map((part) => (
          <ListText
            key={part}
            label={say(`advisories.hole-${part}`)}
            value={hole[part]}
            {...saidIn(part)}
            onValue={(text) => onHole({ ...hole, [part]: listOf(text) })}
          />
        ))}
      </div>
      <TextField
        label={say('advisories.hole-description')}
        rows={3}
        value={hole.description}
        {...saidIn('description')}
        onValue={(description) => onHole({ ...hole, description })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={hole.isExploited}
          onChange={({ currentTarget }) => onHole({ ...hole, isExploited: currentTarget.checked })}
        />
        {say('advisories.hole-isExploited')}
      </label>
      <div class="actions">
        <button type="button" onClick={onRemove}>
          {say('advisories.removeHole')}
        </button>
      </div>
    </fieldset>
  )
}
