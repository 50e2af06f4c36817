/** What the device says of itself, kept up to date by its events, and by asking where those do not come. */
import { call, follow } from './api.js'

const POLL_MS = 15_000
/** While an update goes on, progress moves. */
const BUSY_POLL_MS = 2000
const RECONNECT_MS = 5000

/** `onChange` is called after every change, `onError` with what went wrong. */
export class Live {
  status = undefined
  notices = []
  remembered = []
  #onChange
  #onError
  #end = new AbortController()
  #asking
  #again = false
  #timer

  constructor({ onChange, onError }) {
    this.#onChange = onChange
    this.#onError = onError
  }

  /** Resolves once the device has answered for the first time. */
  async start() {
    await this.refresh()
    void this.#follow()
    this.#poll()
  }

  stop() {
    this.#end.abort()
    clearTimeout(this.#timer)
  }

  /** Asks anew; whoever asks while an answer is awaited gets one that began later. */
  refresh() {
    if (this.#asking !== undefined) {
      this.#again = true
      return this.#asking
    }
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask() {
    do {
      this.#again = false
      const [status, updates] = await Promise.all([
        call('GET', '/1/status'),
        call('GET', '/1/updates'),
      ])
      this.status = status
      this.notices = updates.notices ?? []
      this.remembered = updates.remembered ?? []
    } while (this.#again)
    if (!this.#end.signal.aborted) this.#onChange()
  }

  async #follow() {
    while (!this.#end.signal.aborted) {
      try {
        await follow(() => this.#quietly(), this.#end.signal)
      } catch (error) {
        // The poll sees what is wrong, and keeps the page up to date meanwhile.
        if (error?.status === 401) return
      }
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS))
    }
  }

  #poll() {
    const isBusy = this.status?.progress !== undefined || this.status?.state !== 'idle'
    this.#timer = setTimeout(
      async () => {
        await this.#quietly()
        if (!this.#end.signal.aborted) this.#poll()
      },
      isBusy ? BUSY_POLL_MS : POLL_MS,
    )
  }

  async #quietly() {
    try {
      await this.refresh()
    } catch (error) {
      if (!this.#end.signal.aborted) this.#onError(error)
    }
  }
}
