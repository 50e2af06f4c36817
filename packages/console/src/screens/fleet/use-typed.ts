/** A text that is being typed: it counts once the hands rest, at once with Enter; what is wrong with it, a little later. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

const COUNTS_AFTER_MS = 90
const RESTS_AFTER_MS = 700

export interface Typed {
  readonly text: string
  readonly write: (text: string) => void
  readonly now: () => void
  /** Nobody is in the middle of a word: mistakes can be told. */
  readonly isResting: boolean
}

/** @param given by the address; another one than was handed on takes the place of what is typed. */
export function useTyped(given: string, onText: (text: string) => void): Typed {
  const [text, setText] = useState(given)
  const [isResting, setResting] = useState(true)
  const told = useRef(given)
  const timers = useRef<readonly ReturnType<typeof setTimeout>[]>([])
  const handOn = useRef(onText)
  handOn.current = onText
  const stop = () => {
    for (const timer of timers.current) clearTimeout(timer)
  }
  useLayoutEffect(() => stop, [])
  useLayoutEffect(() => {
    if (given === told.current) return
    stop()
    told.current = given
    setText(given)
    setResting(true)
  }, [given])

  const tell = (next: string) => {
    if (next.trim() === told.current.trim()) return
    told.current = next
    handOn.current(next)
  }
  return {
    ...{ text, isResting },
    write: (next) => {
      stop()
      setText(next)
      setResting(false)
      timers.current = [
        setTimeout(() => tell(next), COUNTS_AFTER_MS),
        setTimeout(() => setResting(true), RESTS_AFTER_MS),
      ]
    },
    now: () => {
      stop()
      setResting(true)
      tell(text)
    },
  }
}
