/** What a page shows, once it does: it is drawn in its own time, and a single look at it may come too early. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

/** Generous: it is only ever waited out when something is broken. */
const LIMIT_MS = 30_000
const LOOK_EVERY_MS = 40

/**
 * Looks until the page shows what is expected of it, and fails with the last look.
 *
 * @param expected a text that fits it, or what is equal to it in every part
 */
export async function shows<Shown>(
  look: () => Promise<Shown>,
  expected: NoInfer<Shown> | RegExp,
  message?: string,
): Promise<void> {
  const beganMs = performance.now()
  for (;;) {
    const shown = await look()
    try {
      if (expected instanceof RegExp) assert.match(String(shown), expected)
      else assert.deepEqual(shown, expected)
      return
    } catch (differs) {
      if (performance.now() - beganMs > LIMIT_MS) {
        throw message === undefined ? differs : new Error(message, { cause: differs })
      }
    }
    await pause(LOOK_EVERY_MS)
  }
}
