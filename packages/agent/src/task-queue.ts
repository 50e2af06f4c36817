/** One task after the other, in the order they came. What failed is its caller's news, and the next task begins all the same. */
export class TaskQueue {
  #last: Promise<unknown> = Promise.resolve()

  take<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(task)
    this.#last = done.catch(() => {
      // Whoever gave the task hears of it.
    })
    return done
  }

  /** Resolves after the last task taken so far. */
  async idle(): Promise<void> {
    await this.#last
  }
}
