/** Whoever changes the record does so as one of these tasks, so that each sees what the one before it left. */
import { codeOf, RequestError } from '@fleetward/shared'
import { TaskQueue } from '../task-queue.ts'

export class RecordTasks {
  readonly #queue = new TaskQueue()
  readonly #onFailed: (error: unknown) => void

  /** `onFailed` gets what nobody foresaw; what was refused with a code is the caller's news alone. */
  constructor(onFailed: (error: unknown) => void) {
    this.#onFailed = onFailed
  }

  take<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#queue.take(async () => {
      try {
        return await task()
      } catch (error) {
        // A RequestError: the owner asked for too much, nothing changed, and they are told.
        const isForeseen = error instanceof RequestError || codeOf(error) !== undefined
        if (!isForeseen) this.#onFailed(error)
        throw error
      }
    })
  }

  /** For whoever must not wait: a task before it may have to wait for them. */
  takeLater(task: () => Promise<void>): void {
    this.take(task).catch(() => {
      // Already handled: {@link take} tells refusals from what nobody foresaw.
    })
  }

  /** Resolves after the last task taken so far. */
  async idle(): Promise<void> {
    await this.#queue.idle()
  }
}
