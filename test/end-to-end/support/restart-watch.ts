/** A machine as its restart command sees it: the command leaves a file, and each file is one boot. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'

const LOOK_EVERY_MS = 20

export class RestartWatch {
  /** How often it was restarted. */
  count = 0
  readonly #looking: NodeJS.Timeout
  #restarting: Promise<void> = Promise.resolve()

  /** The file goes once all has ended, so nothing of before can ask once more. */
  constructor(file: string, machine: { endAll(): Promise<void>; boot(): Promise<void> }) {
    this.#looking = setInterval(() => {
      if (!existsSync(file)) return
      this.#restarting = this.#restarting.then(async () => {
        // Seen again while the agent was still being ended: one restart is one boot.
        if (!existsSync(file)) return
        this.count += 1
        await machine.endAll()
        await rm(file, { force: true })
        await machine.boot()
      })
    }, LOOK_EVERY_MS)
    // A test that fails does not end it, and must come to its end all the same.
    this.#looking.unref()
  }

  async end(): Promise<void> {
    clearInterval(this.#looking)
    await this.#restarting
  }
}
