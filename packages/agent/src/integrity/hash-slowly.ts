/** Hashes files at low priority: so many bytes a second, so that the product does not notice. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Timer } from '../ports.ts'
import { BandwidthLimit } from '../transfer/bandwidth-limit.ts'

const BLOCK_BYTES = 256 * 1024

export class SlowHash {
  readonly #limit: BandwidthLimit
  readonly #timer: Timer
  readonly #signal: AbortSignal
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES)

  constructor(bytesPerSecond: number, timer: Timer, signal: AbortSignal) {
    this.#limit = new BandwidthLimit(bytesPerSecond)
    this.#timer = timer
    this.#signal = signal
  }

  /** SHA-256 in lower-case hex; undefined when the file cannot be read, or is a link. */
  async of(path: string): Promise<string | undefined> {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW
    const file = await open(path, flags).catch(() => undefined)
    if (file === undefined) return undefined
    try {
      const hash = createHash('sha256')
      for (;;) {
        this.#signal.throwIfAborted()
        const { bytesRead } = await file.read(this.#block, 0, BLOCK_BYTES, null)
        if (bytesRead === 0) return hash.digest('hex')
        hash.update(this.#block.subarray(0, bytesRead))
        const delayMs = this.#limit.delayMs(bytesRead, performance.now())
        if (delayMs > 0) await this.#timer.wait(delayMs, this.#signal)
      }
    } catch (error) {
      if (this.#signal.aborted) throw error
      return undefined
    } finally {
      await file.close()
    }
  }
}
