/** The same variables in a file of their own: for trying things out, and for bootloaders that read one. */
import { readFile } from 'node:fs/promises'
import { onDisk, writeFileDurably } from '@fleetward/platform'
import type { BootVariableStore, BootVariables } from './boot-choice.ts'
import { variablesIn } from './u-boot-environment.ts'

export class FileEnvironment implements BootVariableStore {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async read(names: readonly string[]): Promise<BootVariables> {
    return onDisk(this.#path, async () => {
      try {
        return variablesIn(await readFile(this.#path, 'latin1'), names)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
        throw error
      }
    })
  }

  async write(variables: BootVariables): Promise<void> {
    const lines = Array.from(variables, ([name, value]) => `${name}=${value}\n`)
    await writeFileDurably(this.#path, lines.join(''), { mode: 0o644 })
  }
}
