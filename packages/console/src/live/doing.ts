/** Something a person does: that it goes on, what was refused, and that it was done. */
import { useState } from 'preact/hooks'
import { NotEntered } from '../api/door.ts'
import { Refused } from '../api/refused.ts'

export interface Doing {
  readonly isBusy: boolean
  readonly error: Error | undefined
  /** What was wrong with which field, where it was refused for that. */
  readonly fields: ReadonlyMap<string, string>
  /** True when it was done. What was refused stands in `error` and throws nothing. */
  readonly run: (act: () => Promise<unknown>) => Promise<boolean>
  readonly forget: () => void
}

const NO_FIELDS: ReadonlyMap<string, string> = new Map()

export function useDoing(): Doing {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error>()
  const run = async (act: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    try {
      await act()
      return true
    } catch (caught) {
      // Who would not sign in knows it.
      if (!(caught instanceof NotEntered)) setError(caught as Error)
      return false
    } finally {
      setBusy(false)
    }
  }
  const fields = error instanceof Refused ? error.fields : NO_FIELDS
  return { isBusy, error, fields, run, forget: () => setError(undefined) }
}
