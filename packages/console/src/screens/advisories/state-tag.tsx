/** Where an advisory is, and until when it is held back. */
import type { Advisory } from '../../api/operator-api.gen.ts'
import { Tag } from '../../pieces/tag.tsx'
import { say } from '../../words/say.tsx'
import { dayWords } from '../../words/time.ts'
import { STATE_TONES } from './advisory-words.ts'

export function StateTag({ advisory }: { readonly advisory: Pick<Advisory, 'state' | 'hold'> }) {
  const { state, hold } = advisory
  if (state !== 'held' || hold === undefined) {
    return <Tag tone={STATE_TONES[state]}>{say(`advisories.state-${state}`)}</Tag>
  }
  return hold.isOver ? (
    <Tag tone="bad">{say('advisories.holdOver')}</Tag>
  ) : (
    <Tag tone="waits">{say('advisories.heldUntil', { day: dayWords(hold.until) })}</Tag>
  )
}
