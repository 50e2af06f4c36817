/**
 * GRUB's environment block through `grub-editenv`. The tool empties the file before it writes it, so a
 * power loss in between would take every variable away. It is given a copy, and the copy takes the
 * file's place in one rename.
 */
import { constants } from 'node:fs'
import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onDisk, writeFileDurably } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'
import type { BootVariableStore, BootVariables } from './boot-choice.ts'
import { runBootTool } from './boot-tool.ts'
import { variablesIn } from './u-boot-environment.ts'

/** GRUB reads and writes exactly this block. */
const BLOCK_BYTES = 1024
const SIGNATURE = '# GRUB Environment Block\n'

export interface GrubEnvironmentOptions {
  /** grubenv, on a file system that GRUB can write and that is no slot. */
  readonly path: string
  readonly tool: string
}

export class GrubEnvironment implements BootVariableStore {
  readonly #options: GrubEnvironmentOptions

  constructor(options: GrubEnvironmentOptions) {
    this.#options = options
  }

  async read(names: readonly string[]): Promise<BootVariables> {
    const { path, tool } = this.#options
    return variablesIn(await runBootTool({ program: tool, words: [path, 'list'] }), names)
  }

  async write(variables: BootVariables): Promise<void> {
    const { path, tool } = this.#options
    const { mode } = await onDisk(path, () => stat(path))
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-grubenv-'))
    try {
      const copy = join(folder, 'grubenv')
      await writeFile(copy, await readBlock(path), { mode: 0o600 })
      const words = Array.from(variables, ([name, value]) => `${name}=${value}`)
      await runBootTool({ program: tool, words: [copy, 'set', ...words] })
      await writeFileDurably(path, await readBlock(copy), { mode: mode & 0o777 })
    } finally {
      await rm(folder, { recursive: true })
    }
  }
}

async function readBlock(path: string): Promise<Buffer> {
  return onDisk(path, async () => {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const buffer = Buffer.alloc(BLOCK_BYTES + 1)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      const block = buffer.subarray(0, bytesRead)
      if (bytesRead === BLOCK_BYTES && block.toString('latin1').startsWith(SIGNATURE)) return block
      throw new DeviceError('BOOTLOADER_FAILED', { path, reason: 'no GRUB environment block' })
    } finally {
      await file.close()
    }
  })
}
