/** What was just done, said once to eyes and ears, with its undoing where there is one. */
import { signal } from '@preact/signals'

interface Announcement {
  readonly text: string
  readonly undo?: { readonly label: string; readonly run: () => void }
}

const said = signal<Announcement | undefined>(undefined)
const STAYS_MS = 8000
let timer: ReturnType<typeof setTimeout> | undefined

export function announce(text: string, undo?: Announcement['undo']): void {
  clearTimeout(timer)
  said.value = { text, ...(undo === undefined ? {} : { undo }) }
  timer = setTimeout(() => {
    said.value = undefined
  }, STAYS_MS)
}

export function Said() {
  const now = said.value
  const undo = now?.undo
  return (
    <div class="said" role="status" aria-live="polite">
      {now !== undefined && <p>{now.text}</p>}
      {undo !== undefined && (
        <button
          type="button"
          onClick={() => {
            said.value = undefined
            undo.run()
          }}
        >
          {undo.label}
        </button>
      )}
    </div>
  )
}
