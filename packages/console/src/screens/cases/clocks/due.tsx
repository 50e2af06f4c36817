/** Until when something is due: exactly, in the viewer's zone and in the coordinator's, and how long that still is. */
import { useLayoutEffect, useState } from 'preact/hooks'
import { say } from '../../../words/say.tsx'
import { durationWords, timeWords } from '../../../words/time.ts'
import { remaining } from './clock-words.ts'

const TICK_MS = 30_000

export interface DueProps {
  readonly at: number
  /** The time of a drill that stands still; else it runs. */
  readonly now?: number | undefined
  /** The coordinator's zone. */
  readonly zone?: string
}

export function Due({ at, now, zone }: DueProps) {
  const [tick, setTick] = useState(Date.now() / 1000)
  useLayoutEffect(() => {
    const timer = setInterval(() => setTick(Date.now() / 1000), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  const { isOver, seconds } = remaining(at, now ?? tick)
  const time = durationWords(seconds)
  return (
    <span class="due">
      <strong class={isOver ? 'overdue' : undefined}>
        {isOver ? say('cases.overdueBy', { time }) : say('cases.timeLeft', { time })}
      </strong>{' '}
      <time class="quiet" dateTime={new Date(at * 1000).toISOString()}>
        {timeWords(at)}
        {zone !== undefined && zone !== Intl.DateTimeFormat().resolvedOptions().timeZone && (
          <> · {say('cases.timeIn', { time: timeWords(at, zone), zone })}</>
        )}
      </time>
    </span>
  )
}
