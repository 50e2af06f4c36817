/** Lets few through at once and a bounded number wait; turns everybody else away instead of taking the machine down. */
import { HttpError } from '../http/problem.ts'

/** For those who are turned away: by then the ones before them are through. */
const WAIT_SECONDS = 5

export class NarrowDoor {
  readonly #atOnce: number
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor({ atOnce, waitingMax }: { readonly atOnce: number; readonly waitingMax: number }) {
    this.#atOnce = atOnce
    this.#waitingMax = waitingMax
  }

  async through<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#inside < this.#atOnce) {
      this.#inside += 1
    } else {
      if (this.#waiting.length >= this.#waitingMax) {
        throw new HttpError(
          503,
          'SIGN_IN_BUSY',
          'Too many people sign in with a password at this moment. Try again in a few seconds, or use a passkey',
          { facts: { waitSeconds: WAIT_SECONDS } },
        )
      }
      // Whoever leaves hands over the place: nobody slips in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#inside -= 1
      else next()
    }
  }
}
