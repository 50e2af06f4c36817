/**
 * Messages on their way in: verified one after the other, outside the queue of the run, because the
 * keys to verify them with may first have to be fetched. Of each kind only the newest is kept, so a
 * flood costs the memory of one message; a server that is away is asked again.
 */
import { codeOf, DeviceError, TransferError } from '@fleetward/shared'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import type { Chance, Timer } from '../ports.ts'

export interface Reader {
  /** TransferError, or a disk that refuses: it is read again later. Any other coded error is for {@link refused}. */
  read(kind: string, token: string): Promise<void>
  refused(kind: string, error: unknown): Promise<void>
}

export class Intake {
  readonly #reader: Reader
  readonly #timer: Timer
  readonly #chance: Chance
  readonly #backoff: Backoff
  readonly #end = new AbortController()
  readonly #waiting = new Map<string, string>()
  #work: Promise<void> | undefined

  constructor(reader: Reader, timer: Timer, chance: Chance, backoff: Backoff) {
    this.#reader = reader
    this.#timer = timer
    this.#chance = chance
    this.#backoff = backoff
  }

  /** Returns a promise of the work, which rejects only with what nobody foresaw. */
  take(kind: string, token: string): Promise<void> {
    this.#waiting.set(kind, token)
    this.#work ??= this.#readAll().finally(() => {
      this.#work = undefined
    })
    return this.#work
  }

  async stop(): Promise<void> {
    this.#end.abort()
    await this.idle()
  }

  /** Resolves once everything that was taken so far has been read. */
  async idle(): Promise<void> {
    await this.#work?.catch(() => {
      // Whoever called take() has it.
    })
  }

  async #readAll(): Promise<void> {
    let failures = 0
    while (!this.#end.signal.aborted) {
      const [next] = this.#waiting
      if (next === undefined) return
      const [kind, token] = next
      try {
        await this.#reader.read(kind, token)
        failures = 0
      } catch (error) {
        if (isOfTheMoment(error)) {
          failures += 1
          const delayMs = backoffMs(failures, this.#backoff, this.#chance.share())
          await this.#timer.wait(delayMs, this.#end.signal)
          continue
        }
        if (codeOf(error) === undefined) throw error
        await this.#reader.refused(kind, error)
      }
      // Unless a newer one took its place meanwhile.
      if (this.#waiting.get(kind) === token) this.#waiting.delete(kind)
    }
  }
}

/** Neither says anything about the message. A disk that is full for hours must not cost a day's manifest. */
function isOfTheMoment(error: unknown): boolean {
  if (error instanceof TransferError) return true
  return (
    error instanceof DeviceError && (error.code === 'DISK_FULL' || error.code === 'DISK_FAILED')
  )
}
