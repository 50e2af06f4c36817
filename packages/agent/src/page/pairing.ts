/**
 * The pairing code on the device's disk. It is made at the first start, or is the one on the
 * device's label, which the factory pack holds; a factory reset brings the label's back.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, onDisk, writeFileDurably } from '@fleetward/platform'
import { isSameCode, newPairingCode, readPairingCode } from './pairing-code.ts'

export class Pairing {
  readonly #file: string
  #code: string

  private constructor(file: string, code: string) {
    this.#file = file
    this.#code = code
  }

  static async open(folder: string, labelFile: string): Promise<Pairing> {
    await makeDirectory(folder, 0o700)
    const file = join(folder, 'pairing-code')
    const kept = await findCode(file)
    if (kept !== undefined) return new Pairing(file, kept)
    // A damaged code is replaced: nobody can be let in by it, and the owner asks the socket for the new one.
    const pairing = new Pairing(file, (await findCode(labelFile)) ?? newPairingCode())
    await pairing.#save()
    return pairing
  }

  /** For the local socket alone. */
  get code(): string {
    return this.#code
  }

  opensWith(typed: string): boolean {
    return isSameCode(typed, this.#code)
  }

  /** The old code is worth nothing from now on. */
  async renew(): Promise<void> {
    const code = newPairingCode()
    await this.#save(code)
    this.#code = code
  }

  async #save(code = this.#code): Promise<void> {
    await writeFileDurably(this.#file, `${code}\n`, { mode: 0o600 })
  }
}

async function findCode(file: string): Promise<string | undefined> {
  return onDisk(file, async () => {
    try {
      return readPairingCode((await readFile(file, 'utf8')).trim())
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  })
}
