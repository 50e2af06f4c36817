/**
 * A bootloader outside of the agent: it picks a slot and counts tries before any of our code runs, and
 * the agent only writes its variables. Every write is read back.
 *
 * A boot is a restart of the machine here. So {@link boot} tells which slot came up the first time it is
 * asked, and from then on restarts the machine, unless that would come up in the same slot again.
 */
import { readFile } from 'node:fs/promises'
import { writeFileDurably } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'
import type { Bootloader, Log, SlotName } from '../../ports.ts'
import {
  type BootChoice,
  type BootConvention,
  type BootVariableStore,
  nextSlot,
} from './boot-choice.ts'

export interface SystemBootloaderOptions {
  readonly variables: BootVariableStore
  readonly convention: BootConvention
  readonly trialBoots: number
  /** The slot the kernel was started from. */
  bootedSlot(): Promise<SlotName>
  /** Differs from one boot of the machine to the next. */
  bootId(): Promise<string>
  /** Remembers in which boot a trial was armed. */
  readonly armedPath: string
  /** Rejects when the machine did not restart. */
  reboot(): Promise<never>
  readonly log: Log
}

export class SystemBootloader implements Bootloader {
  readonly #options: SystemBootloaderOptions
  #hasBooted = false

  constructor(options: SystemBootloaderOptions) {
    this.#options = options
  }

  bootedSlot(): Promise<SlotName> {
    return this.#options.bootedSlot()
  }

  async boot(): Promise<SlotName> {
    const booted = await this.bootedSlot()
    const choice = await this.#choiceOrBooted(booted)
    if (nextSlot(choice) !== booted && (this.#hasBooted || (await this.#isRebootPending(choice)))) {
      return this.#options.reboot()
    }
    this.#hasBooted = true
    // Permanent and running: its tries are given back, as after every good boot.
    if (choice.permanent === booted && choice.trial === undefined) await this.#giveTriesBack(choice)
    return booted
  }

  async tryBoot(slot: SlotName): Promise<void> {
    const booted = await this.bootedSlot()
    const { permanent } = await this.#choice(booted)
    this.#requireNotInUse(slot, booted, permanent)
    const { trialBoots, convention, bootId, armedPath } = this.#options
    // Before the trial, so that an agent that starts again still knows the restart is to come.
    await writeFileDurably(armedPath, `${JSON.stringify({ bootId: await bootId() })}\n`)
    const triesLeft = Math.min(trialBoots, convention.trialBootsMax)
    await this.#write({ permanent, trial: { slot, triesLeft } })
  }

  async abandonTrial(): Promise<void> {
    const { permanent, trial } = await this.#choice(await this.bootedSlot())
    if (trial !== undefined) await this.#write({ permanent })
  }

  async commit(slot: SlotName): Promise<void> {
    await this.#ensure({ permanent: slot })
  }

  /** Before the first byte of `slot` changes: whatever becomes of the slot that runs, this one is not booted. */
  async forbid(slot: SlotName): Promise<void> {
    const booted = await this.bootedSlot()
    const { permanent } = await this.#choice(booted)
    this.#requireNotInUse(slot, booted, permanent)
    await this.#ensure({ permanent })
  }

  #requireNotInUse(slot: SlotName, booted: SlotName, permanent: SlotName): void {
    if (slot !== booted && slot !== permanent) return
    const reason = slot === booted ? 'the slot is booted' : 'the slot is the permanent one'
    throw new DeviceError('SLOT_WRITE_FAILED', { slot, reason })
  }

  /** Of a bootloader that has saved nothing yet, what runs is what it boots. */
  async #choice(booted: SlotName): Promise<BootChoice> {
    const { variables, convention } = this.#options
    return convention.read(await variables.read(convention.names)) ?? { permanent: booted }
  }

  /** The product has to start whatever the bootloader's variables have become. */
  async #choiceOrBooted(booted: SlotName): Promise<BootChoice> {
    try {
      return await this.#choice(booted)
    } catch (error) {
      if (this.#hasBooted) throw error
      this.#logFailure(error)
      return { permanent: booted }
    }
  }

  async #giveTriesBack(choice: BootChoice): Promise<void> {
    try {
      await this.#ensure(choice)
    } catch (error) {
      this.#logFailure(error)
    }
  }

  #logFailure(error: unknown): void {
    if (!(error instanceof DeviceError)) throw error
    this.#options.log.write('error', 'bootloader-failed', { code: error.code, ...error.facts })
  }

  /** The agent was started again before the machine was. */
  async #isRebootPending({ trial }: BootChoice): Promise<boolean> {
    if (trial === undefined) return false
    const { armedPath, bootId } = this.#options
    try {
      const { bootId: armedIn } = JSON.parse(await readFile(armedPath, 'utf8')) as Record<
        string,
        unknown
      >
      return armedIn === (await bootId())
    } catch {
      return false // Then the bootloader is taken to have fallen back.
    }
  }

  async #ensure(choice: BootChoice): Promise<void> {
    if (!(await this.#isWritten(choice))) await this.#write(choice)
  }

  async #write(choice: BootChoice): Promise<void> {
    await this.#options.variables.write(this.#options.convention.write(choice))
    if (await this.#isWritten(choice)) return
    throw new DeviceError('BOOTLOADER_FAILED', { reason: 'reads back differently' })
  }

  async #isWritten(choice: BootChoice): Promise<boolean> {
    const { variables, convention } = this.#options
    const seen = await variables.read(convention.names)
    return [...convention.write(choice)].every(([name, value]) => seen.get(name) === value)
  }
}
