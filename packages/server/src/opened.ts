/**
 * What a server has opened, closed again in the reverse order: half-started or fully. Closing ends, whatever hangs: a
 * server that is told to end has a supervisor that kills it when it does not.
 */
import { codeOf } from '@fleetward/shared'

/** Listeners give requests under way 5 s, and so do inboxes at a broker. */
const PART_MAX_MS = 6_000
/** What one part waited for in vain, the others will not get either. */
const PART_AFTER_HANG_MAX_MS = 500

export interface NotClosed {
  readonly part: string
  /** NO_ANSWER: it did not end in time. */
  readonly why: string
}

/** The rest is closed; whatever these parts had not written is as after a kill. */
export class NotClosedError extends AggregateError {
  override readonly name = 'NotClosedError'
  readonly parts: readonly NotClosed[]

  constructor(parts: readonly NotClosed[], errors: readonly unknown[]) {
    super(errors, `Not everything could be closed: ${parts.map(({ part }) => part).join(', ')}`)
    this.parts = parts
  }
}

class NoAnswer extends Error {
  override readonly name = 'NO_ANSWER'
}

interface Part {
  readonly name: string
  readonly close: () => Promise<void>
  readonly isBounded: boolean
}

export class Opened {
  readonly #parts: Part[] = []

  add(name: string, close: () => Promise<void>): void {
    this.#parts.push({ name, close, isBounded: false })
  }

  /** What ends in time by itself: an {@link Opened} of its own. */
  addBounded(name: string, close: () => Promise<void>): void {
    this.#parts.push({ name, close, isBounded: true })
  }

  /** NotClosedError says what could not be. */
  async closeAll(): Promise<void> {
    const notClosed: NotClosed[] = []
    const errors: unknown[] = []
    let limitMs = PART_MAX_MS
    for (const { name, close, isBounded } of this.#parts.splice(0).reverse()) {
      try {
        await (isBounded ? close() : within(limitMs, close))
      } catch (error) {
        if (error instanceof NoAnswer) limitMs = PART_AFTER_HANG_MAX_MS
        notClosed.push(...partsOf(error, name))
        errors.push(...(error instanceof NotClosedError ? error.errors : [error]))
      }
    }
    if (notClosed.length > 0) throw new NotClosedError(notClosed, errors)
  }
}

function partsOf(error: unknown, part: string): readonly NotClosed[] {
  if (error instanceof NotClosedError) return error.parts
  return [{ part, why: codeOf(error)?.code ?? (error instanceof Error ? error.name : 'unknown') }]
}

async function within(limitMs: number, close: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer('It did not end in time')), limitMs)
  })
  try {
    await Promise.race([close(), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
