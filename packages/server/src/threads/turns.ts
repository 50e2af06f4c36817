/**
 * Work that takes a thread with a gigabyte, one piece after the other: whoever may ask for it asks as often as he likes,
 * and twenty at once would end the server. What is to be worked on is taken in only when there is a place, so that bodies
 * fill neither memory nor disk while they wait.
 */
import { HttpError } from '../http/problem.ts'

const PLACES_COUNT = 8

export interface Place {
  /** When those before are done. */
  take<Outcome>(work: () => Promise<Outcome>): Promise<Outcome>
  /** Once more does nothing. */
  leave(): void
}

export class Turns {
  readonly #tooMany: () => HttpError
  #last: Promise<unknown> = Promise.resolve()
  #held = 0

  constructor(tooMany: () => HttpError = tooManyWait) {
    this.#tooMany = tooMany
  }

  /** HttpError 429 when too many wait already. */
  reserve(): Place {
    if (this.#held >= PLACES_COUNT) throw this.#tooMany()
    this.#held += 1
    let isHeld = true
    return {
      take: (work) => this.#inTurn(work),
      leave: () => {
        if (isHeld) this.#held -= 1
        isHeld = false
      },
    }
  }

  /** HttpError 429 when too many wait already. */
  async take<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    return this.holding(({ take }) => take(work))
  }

  /** The place is held as long as the work lasts, which takes its turn in there. */
  async holding<Outcome>(work: (place: Place) => Promise<Outcome>): Promise<Outcome> {
    const place = this.reserve()
    try {
      return await work(place)
    } finally {
      place.leave()
    }
  }

  /** Resolves when the work under way is done. */
  async done(): Promise<void> {
    await this.#last
  }

  #inTurn<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {
      // Whoever asked for it hears of it.
    })
    return turn
  }
}

function tooManyWait(): HttpError {
  const message = 'Too many of these wait already; try again later'
  return new HttpError(429, 'TOO_MANY_REQUESTS', message)
}
