/** A boot as the device knows it: the bootloader picks a slot, and the product starts from it. */
import type { SlotName } from '../core/update-machine.ts'
import type { Ports, SlotContents } from '../ports.ts'

export class RunningSlot {
  readonly #ports: Pick<Ports, 'product' | 'bootloader' | 'installer' | 'log' | 'activity'>
  #slot: SlotName = 'A'
  #contents: SlotContents | undefined

  constructor(ports: Pick<Ports, 'product' | 'bootloader' | 'installer' | 'log' | 'activity'>) {
    this.#ports = ports
  }

  get slot(): SlotName {
    return this.#slot
  }

  /** undefined: no slot can be started. The agent goes on, because an update is the way out. */
  get contents(): SlotContents | undefined {
    return this.#contents
  }

  /** With nothing that runs, below every release. */
  get version(): string {
    return this.#contents?.version ?? '0.0.0'
  }

  /** Ends the product, boots and starts the product of the slot that runs from now on. */
  async boot(): Promise<SlotName> {
    const { product, bootloader, installer, log, activity } = this.#ports
    await product.stop()
    let slot = await bootloader.boot()
    let contents = await installer.contents(slot)
    if (contents === undefined) {
      // A slot on trial that does not read back is no slot to start; a permanent one stays the same.
      log.write('error', 'slot-unusable', { slot })
      const entry = { class: 'security', event: 'slot-unusable', by: 'agent' } as const
      await activity.record({ ...entry, facts: { slot } })
      await bootloader.abandonTrial()
      slot = await bootloader.boot()
      contents = await installer.contents(slot)
    }
    this.#slot = slot
    this.#contents = contents
    if (contents !== undefined) await product.start(contents)
    if (contents === undefined) {
      const hint = 'no slot can be started: fill slot A with fleetward-agent factory-install'
      log.write('error', 'nothing-installed', { slot, hint })
    } else {
      const facts = { slot, version: contents.version }
      log.write('info', 'booted', facts)
      await activity.record({ class: 'update', event: 'slot-booted', by: 'agent', facts })
    }
    return slot
  }
}
