/**
 * Boot counting for slots that are folders, after U-Boot's `bootlimit`: `slots/boot.json` names the
 * permanent slot and, during a trial, the other one with the tries it has left. The file is replaced
 * durably as a whole, and the pointer to a new slot is the last write before it is used.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, writeFileDurably } from '@fleetward/platform'
import { DeviceError, Fields, parseJson } from '@fleetward/shared'
import type { Bootloader, SlotName } from '../ports.ts'

/** U-Boot's usual `bootlimit`. */
export const TRIAL_BOOTS_DEFAULT = 3
const BOOT_FILE_MAX_BYTES = 1024
const SLOTS = ['A', 'B'] as const

interface BootChoice {
  readonly permanent: SlotName
  readonly trial?: { readonly slot: SlotName; readonly triesLeft: number }
}

export interface SlotBootloaderOptions {
  readonly slotsFolder: string
  readonly trialBoots?: number | undefined
  readonly writeFile?: typeof writeFileDurably
}

export class SlotBootloader implements Bootloader {
  readonly #path: string
  readonly #slotsFolder: string
  readonly #trialBoots: number
  readonly #writeFile: typeof writeFileDurably
  #booted: SlotName | undefined

  constructor({ slotsFolder, trialBoots, writeFile }: SlotBootloaderOptions) {
    this.#slotsFolder = slotsFolder
    this.#path = join(slotsFolder, 'boot.json')
    this.#trialBoots = trialBoots ?? TRIAL_BOOTS_DEFAULT
    this.#writeFile = writeFile ?? writeFileDurably
  }

  async bootedSlot(): Promise<SlotName> {
    return this.#booted ?? (await this.#read()).permanent
  }

  async boot(): Promise<SlotName> {
    const { permanent, trial } = await this.#read()
    if (trial === undefined) {
      this.#booted = permanent
    } else if (trial.triesLeft <= 0) {
      this.#booted = permanent
    } else {
      const isTaken = await this.#takeTry({ permanent, trial })
      this.#booted = isTaken ? trial.slot : permanent
    }
    return this.#booted
  }

  /**
   * Taken before the slot runs: a slot that hangs the device must not get its try back. On a disk that
   * takes nothing the permanent slot runs instead: something must, and no slot is on trial uncounted.
   */
  async #takeTry({ permanent, trial }: Required<BootChoice>): Promise<boolean> {
    try {
      await this.#write({ permanent, trial: { ...trial, triesLeft: trial.triesLeft - 1 } })
      return true
    } catch (error) {
      if (error instanceof DeviceError) return false
      throw error
    }
  }

  async tryBoot(slot: SlotName): Promise<void> {
    const { permanent } = await this.#read()
    // Bootloaders that swap images would swap back; ours keeps the same contract.
    if (slot === permanent || slot === this.#booted) {
      throw new DeviceError('SLOT_WRITE_FAILED', { slot, reason: 'the slot is booted' })
    }
    await this.#write({ permanent, trial: { slot, triesLeft: this.#trialBoots } })
  }

  async abandonTrial(): Promise<void> {
    const { permanent, trial } = await this.#read()
    if (trial !== undefined) await this.#write({ permanent })
  }

  async commit(slot: SlotName): Promise<void> {
    const { permanent, trial } = await this.#read()
    if (slot !== permanent || trial !== undefined) await this.#write({ permanent: slot })
  }

  /** A device that never switched has no file yet: it runs from A, the factory's slot. */
  async #read(): Promise<BootChoice> {
    let bytes: Buffer
    try {
      bytes = await readFile(this.#path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { permanent: 'A' }
      throw new DeviceError('DISK_FAILED', { path: this.#path }, { cause: error })
    }
    try {
      const fields = new Fields(parseJson(bytes, BOOT_FILE_MAX_BYTES), 'JSON_INVALID')
      const permanent = fields.oneOf('permanent', SLOTS)
      const trial = fields.optional('trial', (name) =>
        fields.object(name, (trialled) => ({
          slot: trialled.oneOf('slot', SLOTS),
          triesLeft: trialled.integer('triesLeft', 0, 1000),
        })),
      )
      return { permanent, ...trial }
    } catch (error) {
      // Not a guess between two slots: one of them may be half written.
      throw new DeviceError('STATE_CORRUPT', { path: this.#path }, { cause: error })
    }
  }

  async #write(choice: BootChoice): Promise<void> {
    await makeDirectory(this.#slotsFolder)
    await this.#writeFile(this.#path, `${JSON.stringify(choice)}\n`)
  }
}
