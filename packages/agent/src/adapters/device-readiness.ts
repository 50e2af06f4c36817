/**
 * Asks the device what stands in the way of an update: room on its disk, a command for its power, and the
 * product, which says that it is busy with a file. What cannot be asked stands in nobody's way.
 */
import { execFile } from 'node:child_process'
import { access, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, type VerifiedRelease } from '@fleetward/shared'
import type { Log, Readiness } from '../ports.ts'

const POWER_TIME_LIMIT_MS = 10_000

export interface DeviceReadinessOptions {
  readonly dataFolder: string
  /** Ends with 0 when there is power enough; its first word is absolute. */
  readonly powerCommand: readonly string[] | undefined
  /** Bytes that lie in the data folder once the release is written; the download is counted besides. */
  readonly slotBytes: (release: VerifiedRelease) => number
  readonly log: Log
}

/** A product that must not be interrupted now makes this file in the data folder, and removes it. */
export const busyFile = (dataFolder: string) => join(dataFolder, 'run', 'busy')

export class DeviceReadiness implements Readiness {
  readonly #options: DeviceReadinessOptions

  constructor(options: DeviceReadinessOptions) {
    this.#options = options
  }

  async obstacle(
    release: VerifiedRelease,
    step: 'begin' | 'switch',
  ): Promise<'power' | 'space' | 'product' | undefined> {
    if (!(await this.#hasPower())) return 'power'
    if (step === 'begin') return (await this.#hasRoom(release)) ? undefined : 'space'
    return (await this.#isBusy()) ? 'product' : undefined
  }

  async #hasPower(): Promise<boolean> {
    const [program, ...words] = this.#options.powerCommand ?? []
    if (program === undefined) return true
    const { promise, resolve } = Promise.withResolvers<boolean>()
    execFile(program, words, { timeout: POWER_TIME_LIMIT_MS, env: { LC_ALL: 'C' } }, (error) => {
      const isAnswer = error === null || typeof error.code === 'number'
      if (!isAnswer) this.#options.log.write('error', 'power-not-known', { program })
      resolve(error === null || !isAnswer)
    })
    return promise
  }

  /** What lies there already of a download is room that was found before. */
  async #hasRoom(release: VerifiedRelease): Promise<boolean> {
    const { dataFolder, slotBytes, log } = this.#options
    try {
      const { bavail, bsize } = await statfs(dataFolder)
      return bavail * bsize >= release.length + slotBytes(release)
    } catch (error) {
      log.write('error', 'space-not-known', { code: codeOf(error)?.code ?? 'unknown' })
      return true
    }
  }

  async #isBusy(): Promise<boolean> {
    return access(busyFile(this.#options.dataFolder)).then(
      () => true,
      () => false,
    )
  }
}
