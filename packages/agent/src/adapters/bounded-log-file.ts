/**
 * The file a product's output goes to. The product writes to the file itself, not through a pipe of
 * the agent's, so it goes on when the agent does not; the agent keeps the file small: past its bound it
 * is copied aside and cut to nothing, which a writer in append mode does not notice.
 */
import { copyFile, type FileHandle, open } from 'node:fs/promises'
import { onDisk } from '@fleetward/platform'

const LENGTH_MAX_BYTES = 1024 * 1024
const LOOK_EVERY_MS = 10_000

export class BoundedLogFile {
  readonly #path: string
  readonly #file: FileHandle
  readonly #timer: NodeJS.Timeout

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
    this.#timer = setInterval(() => {
      this.cut().catch(() => {
        // A log that cannot be cut now is tried again; it must not end the product.
      })
    }, LOOK_EVERY_MS)
    this.#timer.unref()
  }

  static async open(path: string): Promise<BoundedLogFile> {
    const file = await onDisk(path, () => open(path, 'a', 0o600))
    const log = new BoundedLogFile(path, file)
    await log.cut()
    return log
  }

  get descriptor(): number {
    return this.#file.fd
  }

  async cut(maxBytes: number = LENGTH_MAX_BYTES): Promise<void> {
    await onDisk(this.#path, async () => {
      const { size } = await this.#file.stat()
      if (size <= maxBytes) return
      try {
        await copyFile(this.#path, `${this.#path}.1`)
      } finally {
        // Where there is no room for a copy, or no folder any more, it must not grow without a bound either.
        await this.#file.truncate(0)
      }
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#file.close()
  }
}
