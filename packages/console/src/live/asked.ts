/** Something asked of the server for as long as it is on the page: again when it changes there, and when the server is back. */
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { NotEntered } from '../api/door.ts'
import { Away } from '../api/refused.ts'
import { whenBack } from './away.ts'
import { type EventPattern, listen } from './events.ts'

export interface Asked<Value> {
  /** What was answered last. Stays while it is asked again. */
  readonly value: Value | undefined
  /** Why there is nothing, or nothing newer. That a server is away, or a session over, is no error of a page: the shell says it once. */
  readonly error: Error | undefined
  readonly isLoading: boolean
  readonly again: () => void
}

/** News that come in a crowd are one reason to ask, not a thousand. */
const GATHER_MS = 400
/** How long news wait for an answer that is on its way: asked over and over, a slow server would never be heard out. */
const PATIENCE_MS = 30_000

interface State<Value> {
  /** The question that it is about. */
  readonly key: string
  readonly value: Value | undefined
  readonly error: Error | undefined
  readonly isLoading: boolean
}

/**
 * @param ask is called with a signal that ends it when nobody waits any more
 * @param needs what the question is made of: another one is another question
 * @param events after which it is asked again
 * @param everySeconds where no event tells of a change, as with devices that report
 */
export function useAsked<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  needs: readonly unknown[],
  { events = [], everySeconds }: { events?: readonly EventPattern[]; everySeconds?: number } = {},
): Asked<Value> {
  const key = JSON.stringify(needs)
  const nothing: State<Value> = { key, value: undefined, error: undefined, isLoading: true }
  const [last, setLast] = useState(nothing)
  // What was answered to another question is never shown as the answer to this one.
  const state = last.key === key ? last : nothing
  const [round, setRound] = useState(0)
  const again = useCallback(() => setRound((before) => before + 1), [])
  const waitingSince = useRef<number>(undefined)
  useLayoutEffect(() => {
    const end = new AbortController()
    waitingSince.current = performance.now()
    // What is asked anew by itself would else say each time aloud, and flicker, why there is no answer.
    setLast({ ...state, isLoading: true })
    ask(end.signal).then(
      (value) => {
        if (end.signal.aborted) return
        waitingSince.current = undefined
        setLast({ key, value, error: undefined, isLoading: false })
      },
      (error: unknown) => {
        if (end.signal.aborted) return
        waitingSince.current = undefined
        const isSaidOnce = error instanceof Away || error instanceof NotEntered
        const said = isSaidOnce ? undefined : (error as Error)
        setLast({ ...state, error: said, isLoading: false })
      },
    )
    return () => end.abort()
  }, [key, round])

  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const isAwaited = () =>
      waitingSince.current !== undefined && performance.now() - waitingSince.current < PATIENCE_MS
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        if (isAwaited()) soon()
        else again()
      }, GATHER_MS)
    }
    const ends = [listen(events, soon), whenBack(again)]
    const pulse =
      everySeconds === undefined
        ? undefined
        : setInterval(() => {
            if (document.visibilityState === 'visible' && !isAwaited()) again()
          }, everySeconds * 1000)
    return () => {
      for (const end of ends) end()
      clearTimeout(timer)
      clearInterval(pulse)
    }
  }, [again, events.join(), everySeconds])

  const { value, error, isLoading } = state
  return { value, error, isLoading, again }
}
