/** Something a person does: that it goes on, what was refused, and that it was done. */
import { useState } from 'preact/hooks'
import { NotEntered } from '../api/door.ts'

export interface Doing {
  readonly isBusy: boolean
  readonly error: Error | undefined
  /** True when it was done. What was refused stands in `error` and throws nothing. */
  readonly run: (act: () => Promise<unknown>) => Promise<boolean>
  readonly forget: () => void
}

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
  return { isBusy, error, run, forget: () => setError(undefined) }
}
