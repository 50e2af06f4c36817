/**
 * The bootloader of an agent that lies in the slot itself: the starter has booted already, and when another
 * slot is to run, the agent has to end, because the other slot has an agent of its own.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { DeviceError } from '@fleetward/shared'
import type { SlotBootloader } from '../adapters/slot-bootloader.ts'
import type { Bootloader, SlotName } from '../ports.ts'

/** An agent that does not end by itself after this long is asked again. */
const RESTART_TIME_LIMIT_MS = 60_000

export interface StartedBootloaderOptions {
  readonly slots: Pick<SlotBootloader, 'nextSlot' | 'tryBoot' | 'abandonTrial' | 'commit'>
  /** Where the starter found this agent. */
  readonly slot: SlotName
  /** Ends the agent with BOOT_AGAIN_EXIT_CODE. */
  bootAgain(): void
  /** Aborts when the agent ends. */
  readonly signal: AbortSignal
}

export class StartedBootloader implements Bootloader {
  readonly #options: StartedBootloaderOptions
  #hasBooted = false

  constructor(options: StartedBootloaderOptions) {
    this.#options = options
  }

  async bootedSlot(): Promise<SlotName> {
    return this.#options.slot
  }

  async boot(): Promise<SlotName> {
    const { slots, slot, bootAgain, signal } = this.#options
    const isFirst = !this.#hasBooted
    this.#hasBooted = true
    if (isFirst || (await slots.nextSlot()) === slot) return slot
    bootAgain()
    await pause(RESTART_TIME_LIMIT_MS, undefined, { signal }).catch(() => {
      // Aborted: the agent is being ended, and the effect under way must end with it.
    })
    throw new DeviceError('REBOOT_FAILED', { reason: 'the agent in the slot still runs' })
  }

  async tryBoot(slot: SlotName): Promise<void> {
    if (slot === this.#options.slot) {
      throw new DeviceError('SLOT_WRITE_FAILED', { slot, reason: 'the slot is booted' })
    }
    await this.#options.slots.tryBoot(slot)
  }

  abandonTrial(): Promise<void> {
    return this.#options.slots.abandonTrial()
  }

  commit(slot: SlotName): Promise<void> {
    return this.#options.slots.commit(slot)
  }
}
