/** Whether the server answers. Said once, and tried again until it does: 1 s, 2 s, 4 s … at most every 15 s. */
import { signal } from '@preact/signals'

export const isAway = signal(false)

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 15_000

const onReturn = new Set<() => void>()
let pauseMs = FIRST_PAUSE_MS
let timer: ReturnType<typeof setTimeout> | undefined

/** Called each time the server is back, or lets the person in again. Returns what ends it. */
export function whenBack(again: () => void): () => void {
  onReturn.add(again)
  return () => onReturn.delete(again)
}

export function noteAnswer(): void {
  if (!isAway.value) return
  clearTimeout(timer)
  timer = undefined
  pauseMs = FIRST_PAUSE_MS
  isAway.value = false
  goOn()
}

/** Whoever waited asks anew. */
export function goOn(): void {
  for (const again of onReturn) again()
}

export function noteSilence(): void {
  isAway.value = true
  if (timer !== undefined) return
  timer = setTimeout(tryAgain, pauseMs)
  pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
}

/** A line that broke by itself: a page on which nobody does anything learns by it that the server is away. */
export async function noteBrokenLine(): Promise<void> {
  if (!isAway.value && !(await isThere())) noteSilence()
}

async function tryAgain(): Promise<void> {
  timer = undefined
  if (await isThere()) noteAnswer()
  else noteSilence()
}

async function isThere(): Promise<boolean> {
  try {
    const { ok } = await fetch('/healthz', { cache: 'no-store' })
    return ok
  } catch {
    return false
  }
}
