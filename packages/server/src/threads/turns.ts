/**
 * Work that takes a thread with a gigabyte, one piece after the other: whoever may ask for it asks as often as he likes,
 * and twenty at once would end the server.
 */
import { HttpError } from '../http/problem.ts'

const WAITING_MAX_COUNT = 8

export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** HttpError 429 when too many wait already. */
  async take<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#waiting >= WAITING_MAX_COUNT) {
      throw new HttpError(
        429,
        'TOO_MANY_REQUESTS',
        'Too many of these wait already; try again later',
      )
    }
    this.#waiting += 1
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {
      // Whoever asked for it hears of it.
    })
    try {
      return await turn
    } finally {
      this.#waiting -= 1
    }
  }
}
