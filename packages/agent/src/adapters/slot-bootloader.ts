/**
 * Boot counting for slots that are folders, after U-Boot's `bootlimit`: `slots/boot.a` and `boot.b` name
 * the permanent slot and, during a trial, the other one with the tries it has left. They are written in
 * place (two-copies.ts), so a full disk keeps no trial alive, and one that is damaged has its twin.
 */
import { makeDirectory } from '@fleetward/platform'
import { DeviceError, Fields, parseJson } from '@fleetward/shared'
import type { AgentRecord } from '../core/agent-record.ts'
import { likelySlot } from '../core/likely-slot.ts'
import { SLOT_NAMES } from '../core/update-machine.ts'
import type { Bootloader, SlotName } from '../ports.ts'
import { findSlotRecord } from '../slot/slot-record.ts'
import { TwoCopies } from './two-copies.ts'

/** U-Boot's usual `bootlimit`. */
export const TRIAL_BOOTS_DEFAULT = 3
/** One sector: of what is written within it a disk keeps all or nothing. */
const FILE_BYTES = 512

interface BootChoice {
  readonly permanent: SlotName
  readonly trial?: { readonly slot: SlotName; readonly triesLeft: number }
}

export interface SlotBootloaderOptions {
  readonly slotsFolder: string
  readonly trialBoots?: number | undefined
  /** Also for other users, as the slots are. */
  readonly isReadable?: boolean
  /** What the agent remembers, for when the boot choice is lost. */
  readonly lastRecord?: () => Promise<AgentRecord | undefined>
  /** In tests, those of a disk that takes nothing. */
  readonly copies?: Pick<TwoCopies, 'load' | 'save'>
}

export class SlotBootloader implements Bootloader {
  readonly #slotsFolder: string
  readonly #trialBoots: number
  readonly #copies: Pick<TwoCopies, 'load' | 'save'>
  readonly #folderMode: number
  readonly #lastRecord: () => Promise<AgentRecord | undefined>
  #isTwofold = true
  #booted: SlotName | undefined

  constructor(options: SlotBootloaderOptions) {
    const { slotsFolder, trialBoots, isReadable = false, lastRecord, copies } = options
    this.#folderMode = isReadable ? 0o755 : 0o700
    this.#slotsFolder = slotsFolder
    this.#trialBoots = trialBoots ?? TRIAL_BOOTS_DEFAULT
    this.#lastRecord = lastRecord ?? (async () => undefined)
    const files = { folder: slotsFolder, name: 'boot', fileBytes: FILE_BYTES }
    this.#copies = copies ?? new TwoCopies(files)
  }

  async bootedSlot(): Promise<SlotName> {
    return this.#booted ?? (await this.#read()).permanent
  }

  /** Which slot {@link boot} would pick now. */
  async nextSlot(): Promise<SlotName> {
    const { permanent, trial } = await this.#read()
    return trial !== undefined && trial.triesLeft > 0 ? trial.slot : permanent
  }

  /** Whether the slot runs only to be tried. */
  async isOnTrial(slot: SlotName): Promise<boolean> {
    return (await this.#read()).permanent !== slot
  }

  async boot(): Promise<SlotName> {
    const { permanent, trial } = await this.#read()
    if (trial === undefined || trial.triesLeft <= 0) {
      await this.#makeTwofold({ permanent })
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

  /** After a power cut between the two writes, and after a copy was lost: neither may say something older. */
  async #makeTwofold(choice: BootChoice): Promise<void> {
    if (this.#isTwofold) return
    try {
      await this.#write(choice)
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
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
    if (trial !== undefined || !this.#isTwofold) await this.#write({ permanent })
  }

  async commit(slot: SlotName): Promise<void> {
    const { permanent, trial } = await this.#read()
    if (slot === permanent && trial === undefined && this.#isTwofold) return
    await this.#write({ permanent: slot })
  }

  /** A device that never switched has no file yet: it runs from A, the factory's slot. */
  async #read(): Promise<BootChoice> {
    try {
      const { value, isTwofold } = await this.#copies.load(parseBootChoice)
      // Nothing to make whole on a device that never switched.
      this.#isTwofold = isTwofold || value === undefined
      return value ?? { permanent: 'A' }
    } catch (error) {
      if (!(error instanceof DeviceError) || error.code !== 'STATE_CORRUPT') throw error
      this.#isTwofold = false
      return { permanent: await this.#likelySlot() }
    }
  }

  /**
   * With both files gone nobody knows any more which slot was permanent, and a device that waits for an
   * answer runs nothing for ever. What the record remembers of the last update says most.
   */
  async #likelySlot(): Promise<SlotName> {
    const [record, a, b] = await Promise.all([
      this.#lastRecord().catch(() => undefined),
      ...SLOT_NAMES.map((slot) => findSlotRecord(this.#slotsFolder, slot)),
    ])
    return likelySlot(record, { A: a, B: b })
  }

  /** Twice: both files say the same, except for the moment between. */
  async #write(choice: BootChoice): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(choice))
    await makeDirectory(this.#slotsFolder, this.#folderMode)
    await this.#copies.save(bytes)
    await this.#copies.save(bytes)
  }
}

function parseBootChoice(bytes: Uint8Array): BootChoice {
  const fields = new Fields(parseJson(bytes, FILE_BYTES), 'JSON_INVALID')
  const permanent = fields.oneOf('permanent', SLOT_NAMES)
  const trial = fields.optional('trial', (name) =>
    fields.object(name, (trialled) => ({
      slot: trialled.oneOf('slot', SLOT_NAMES),
      triesLeft: trialled.integer('triesLeft', 0, 1000),
    })),
  )
  return { permanent, ...trial }
}
