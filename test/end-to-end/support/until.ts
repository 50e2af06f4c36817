import { setTimeout as pause } from 'node:timers/promises'

/** Generous: it is only ever waited out when something is broken. */
const LIMIT_MS = 60_000
const LOOK_EVERY_MS = 40

/** The first answer of `look` that is neither undefined nor false. */
export async function until<Found>(
  look: () => Found | undefined | false | Promise<Found | undefined | false>,
  what: () => string,
): Promise<Found> {
  const beganMs = performance.now()
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() - beganMs > LIMIT_MS) throw new Error(`It never came to be: ${what()}`)
    await pause(LOOK_EVERY_MS)
  }
}
