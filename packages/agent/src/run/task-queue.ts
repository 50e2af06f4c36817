/** One task after the other, in the order they came: whoever changes the record does so as one of them. */
import { codeOf, RequestError } from '@fleetward/shared'

export class TaskQueue {
  readonly #onFailed: (error: unknown) => void
  #last: Promise<unknown> = Promise.resolve()

  /** `onFailed` gets what nobody foresaw; what was refused with a code is the caller's news alone. */
  constructor(onFailed: (error: unknown) => void) {
    this.#onFailed = onFailed
  }

  take<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(task)
    this.#last = done.catch((error) => {
      // The owner asked for too much: nothing changed, and they are told.
      if (error instanceof RequestError) return
      if (codeOf(error) === undefined) this.#onFailed(error)
    })
    return done
  }

  /** For whoever must not wait: a task before it may have to wait for them. */
  takeLater(task: () => Promise<void>): void {
    this.take(task).catch(() => {
      // Already handled: {@link take} tells refusals from what nobody foresaw.
    })
  }

  /** Resolves after the last task taken so far. */
  async idle(): Promise<void> {
    await this.#last
  }
}
