/** The owner's data as a reset sees it: a key to destroy, a folder to empty, and a proof that it is empty. */
import { execFile } from 'node:child_process'
import { lstat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { makeDirectory, onDisk } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'
import { destroyDataKey, ensureDataKey } from './data-key.ts'
import { destroyKeySlots, keySlotsOf } from './luks.ts'
import { leftIn, overwriteFolder } from './overwrite-folder.ts'
import type { OwnersDataSettings } from './owners-data-settings.ts'
import { StagedFiles } from './staged-files.ts'

const RECREATE_TIME_LIMIT_MS = 600_000

export class OwnersStore {
  readonly #dataFolder: string
  readonly #settings: OwnersDataSettings

  constructor(dataFolder: string, settings: OwnersDataSettings) {
    this.#dataFolder = dataFolder
    this.#settings = settings
  }

  get method(): OwnersDataSettings['method'] {
    return this.#settings.method
  }

  /** Of `plain` there is none. */
  async destroyKey(): Promise<void> {
    const { method, luksDevice } = this.#settings
    if (method === 'luks' && luksDevice !== undefined) await destroyKeySlots(luksDevice)
    // Also of a product that had another method before.
    await destroyDataKey(this.#dataFolder)
  }

  /** Whatever the method: a product may have left something unencrypted, and names tell as well. */
  async erase(): Promise<void> {
    await overwriteFolder(this.#settings.folder)
  }

  async recreate(): Promise<void> {
    const { method, folder, recreateCommand } = this.#settings
    if (method === 'luks' && recreateCommand !== undefined) await recreateBy(recreateCommand)
    await onDisk(folder, async () => {
      // The mode of a folder that is there is the integrator's business.
      const found = await lstat(folder).catch(() => undefined)
      if (found === undefined) await makeDirectory(folder)
    })
    if (method === 'file-key') await ensureDataKey(this.#dataFolder)
  }

  /** Verified files that were staged beside the owner's. */
  async applyImport(roots: readonly string[]): Promise<void> {
    const staged = new StagedFiles(this.#settings.folder)
    await staged.apply(roots)
    await staged.remove()
  }

  /** Rejects when something is left. */
  async proveErased(): Promise<void> {
    const { method, folder, luksDevice } = this.#settings
    const left = await leftIn(folder)
    if (left > 0) {
      throw new DeviceError('DISK_FAILED', { path: folder, reason: 'not empty', left })
    }
    if (method !== 'luks' || luksDevice === undefined) return
    const slots = await keySlotsOf(luksDevice)
    if (slots > 0) throw new DeviceError('DISK_FAILED', { path: luksDevice, keySlots: slots })
  }
}

async function recreateBy(command: readonly string[]): Promise<void> {
  const [tool = '', ...words] = command
  try {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
    await promisify(execFile)(tool, words, { env, timeout: RECREATE_TIME_LIMIT_MS })
  } catch (cause) {
    const { code = 'unknown' } = cause as { code?: string | number }
    throw new DeviceError('DISK_FAILED', { tool, exit: String(code) }, { cause })
  }
}
