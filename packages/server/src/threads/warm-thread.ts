/**
 * A thread that stays for the next question, where getting ready takes longer than answering: one question at a time,
 * each within limits of time and memory. It ends when nobody has asked for a while, keeps no process alive, and a
 * question that ends it is asked once more of a fresh one: what others asked before it may have filled its memory.
 */
import { Worker } from 'node:worker_threads'
import { ThreadLimitError, type ThreadLimits } from './thread-messages.ts'

const IDLE_MS = 300_000

export class WarmThread<Question, Answer> {
  readonly #script: URL
  readonly #limits: ThreadLimits
  #worker: Worker | undefined
  #idle: ReturnType<typeof setTimeout> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(script: URL, limits: ThreadLimits) {
    this.#script = script
    this.#limits = limits
  }

  /** ThreadLimitError when it was not answered within the limits. */
  ask(question: Question): Promise<Answer> {
    const answered = this.#last.then(() => this.#asked(question))
    this.#last = answered.catch(() => {
      // Whoever asked hears of it.
    })
    return answered
  }

  async #asked(question: Question): Promise<Answer> {
    clearTimeout(this.#idle)
    try {
      const isFresh = this.#worker === undefined
      return await this.#answer(question).catch((error: unknown) => {
        if (isFresh) throw error
        return this.#answer(question)
      })
    } finally {
      this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref()
    }
  }

  async #answer(question: Question): Promise<Answer> {
    const { silenceMs, memoryMib } = this.#limits
    this.#worker ??= new Worker(this.#script, {
      resourceLimits: { maxOldGenerationSizeMb: memoryMib },
    })
    const worker = this.#worker
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const fail = (cause?: unknown) => {
      const limits = `${silenceMs / 1000} seconds and ${memoryMib} MiB`
      reject(new ThreadLimitError(`It was not done within ${limits}`, { cause }))
    }
    const exit = () => fail()
    worker.once('message', resolve).once('error', fail).once('exit', exit)
    const timer = setTimeout(() => fail(), silenceMs)
    worker.ref()
    try {
      worker.postMessage(question)
      return await promise
    } catch (error) {
      this.#end()
      throw error
    } finally {
      clearTimeout(timer)
      worker.off('message', resolve).off('error', fail).off('exit', exit)
      worker.unref()
    }
  }

  #end(): void {
    const worker = this.#worker
    this.#worker = undefined
    // It may still break while it ends, and nobody waits for it any more.
    worker?.on('error', () => {})
    void worker?.terminate()
  }
}
