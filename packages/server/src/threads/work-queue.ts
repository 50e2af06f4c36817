/**
 * Work that takes a thread with a gigabyte, or much of the database, one piece after the other: whoever may ask for it asks
 * as often as he likes, and twenty at once would end the server. What is to be worked on is taken in only when there is a
 * place, so that bodies fill neither memory nor disk while they wait. One account has some of the places, so that others
 * find one.
 */
import { HttpError } from '../http/problem.ts'

const PLACES_COUNT = 8
const PLACES_OF_ACCOUNT = 3

export interface Place {
  /** When those before are done. */
  take<Outcome>(work: () => Promise<Outcome>): Promise<Outcome>
  /** Once more does nothing. */
  leave(): void
}

export interface QueueRules {
  readonly tooMany: (sentence: string) => HttpError
  readonly places: number
  readonly placesOfAccount: number
  /** How many are worked on beside one another. */
  readonly atOnce: number
}

export class WorkQueue {
  readonly #rules: QueueRules
  readonly #underWay = new Set<Promise<unknown>>()
  /** Each begins the work that waits, in order. */
  readonly #waiting: (() => void)[] = []
  #running = 0
  /** By the account that holds each; `undefined` for what nobody sends. */
  readonly #held: (string | undefined)[] = []

  constructor(rules: Partial<QueueRules> = {}) {
    this.#rules = {
      ...{ tooMany, places: PLACES_COUNT, placesOfAccount: PLACES_OF_ACCOUNT, atOnce: 1 },
      ...rules,
    }
  }

  /** HttpError 429 when too many wait already, or too many of this account. */
  reserve(account?: string): Place {
    const { places, placesOfAccount } = this.#rules
    const ownCount = this.#held.filter((one) => one === account).length
    if (this.#held.length >= places) {
      throw this.#rules.tooMany('Too many of these wait already; try again later')
    }
    if (account !== undefined && ownCount >= placesOfAccount) {
      const sentence = `This account has ${placesOfAccount} of these on their way already; wait for one of them to end`
      throw this.#rules.tooMany(sentence)
    }
    this.#held.push(account)
    let isHeld = true
    return {
      take: (work) => this.takeBeside(work),
      leave: () => {
        if (isHeld) this.#held.splice(this.#held.indexOf(account), 1)
        isHeld = false
      },
    }
  }

  /** Without a place, of which others may hold all: for what the server does by itself, one after the other. */
  takeBeside<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const done = this.#afterOthers(work)
    const settled: Promise<unknown> = done
      .catch(() => {
        // Whoever asked for it hears of it.
      })
      .finally(() => this.#underWay.delete(settled))
    this.#underWay.add(settled)
    return done
  }

  /** HttpError 429 when too many wait already. */
  async take<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    return this.holding(({ take }) => take(work))
  }

  /** The place is held as long as the work lasts, of which a part waits for those before. */
  async holding<Outcome>(
    work: (place: Place) => Promise<Outcome>,
    account?: string,
  ): Promise<Outcome> {
    const place = this.reserve(account)
    try {
      return await work(place)
    } finally {
      place.leave()
    }
  }

  /** Resolves when the work under way is done, and what waited for it. */
  async done(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async #afterOthers<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#running < this.#rules.atOnce) this.#running += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      // Whoever is next begins now, and nobody comes between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}

function tooMany(sentence: string): HttpError {
  return new HttpError(429, 'TOO_MANY_REQUESTS', sentence)
}
