/**
 * What the privileged process never goes below, whatever the network process says: the security counter
 * of what was committed, and the newest time that it has verified itself (protocol §2.2).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { removeDurably, writeFileDurably } from '@fleetward/platform'
import { DeviceError, Fields, parseJson } from '@fleetward/shared'

export interface Floor {
  readonly securityCounter: number
  /** Seconds since 1970. */
  readonly time: number
}

const FILE_MAX_BYTES = 4096

export class FloorFile {
  readonly #path: string
  #floor: Floor | undefined
  /** Whether the disk took the last one. */
  #isSaved = true

  constructor(folder: string) {
    this.#path = join(folder, 'floor.json')
  }

  /** undefined before the first {@link raise}; STATE_CORRUPT when it cannot be read. */
  async load(): Promise<Floor | undefined> {
    if (this.#floor !== undefined) return this.#floor
    let bytes: Uint8Array
    try {
      // A disk's first refusal is not always its last word.
      bytes = await readFile(this.#path).catch(() => readFile(this.#path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      const { code } = error as NodeJS.ErrnoException
      throw new DeviceError('STATE_CORRUPT', { path: this.#path, errno: code ?? 'unknown' })
    }
    try {
      const fields = new Fields(parseJson(bytes, FILE_MAX_BYTES), 'JSON_INVALID')
      const securityCounter = fields.integer('securityCounter')
      this.#floor = { securityCounter, time: fields.integer('time') }
      return this.#floor
    } catch (cause) {
      throw new DeviceError('STATE_CORRUPT', { path: this.#path }, { cause })
    }
  }

  /** Never down. Resolves once a power loss cannot take it back. */
  async raise({ securityCounter = 0, time = 0 }: Partial<Floor>): Promise<Floor> {
    const before = (await this.load()) ?? { securityCounter: 0, time: 0 }
    const after = {
      securityCounter: Math.max(before.securityCounter, securityCounter),
      time: Math.max(before.time, time),
    }
    const isSame = after.securityCounter === before.securityCounter && after.time === before.time
    if (!isSame || !this.#isSaved) await writeFileDurably(this.#path, JSON.stringify(after))
    this.#isSaved = true
    this.#floor = after
    return after
  }

  /** Instead of one that cannot be read. It holds in this process even where the disk does not take it. */
  async replace(floor: Floor): Promise<void> {
    this.#floor = floor
    this.#isSaved = false
    await removeDurably(this.#path)
    await writeFileDurably(this.#path, JSON.stringify(floor))
    this.#isSaved = true
  }
}
