/** An owner's window, whose clock it is on, and when it opens next: in whose night. */
import type { OwnWindow } from '../../../api/operator-api.gen.ts'
import { Time } from '../../../pieces/time.tsx'
import { sayWith } from '../../../words/say.tsx'
import { windowWords } from './window-words.ts'

export function OwnWindowWords({ of }: { readonly of: OwnWindow }) {
  const { opens, closes, timeZone } = of
  const hours = windowWords({ ...of, zone: timeZone })
  const time = (at: number) => <Time {...{ at }} isExact deviceZone={timeZone} />
  return isOpen(opens)
    ? sayWith('rollouts.openUntil', { hours, time: time(closes) })
    : sayWith('rollouts.opensNext', { hours, time: time(opens) })
}

/** `opens` in seconds since 1970. */
export function isOpen(opens: number): boolean {
  return opens <= Date.now() / 1000
}
