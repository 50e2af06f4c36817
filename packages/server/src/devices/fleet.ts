/**
 * What operators do to devices. Each act is written in one transaction with its entry in the audit log and its event;
 * connections and commands follow once it is durable, and are found again by themselves when they get lost: a
 * device asks who it is, and is asked who it is.
 */
import { deviceManifestTopic, presenceTopic } from '@fleetward/shared'
import type { Logger } from 'pino'
import type { Actor } from '../accounts/actor.ts'
import type { DeviceAtBroker } from '../broker/access-rules.ts'
import { type Clock, type CohortDoor, type ManifestPublisher, secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import { type Changed, changeDevice, type DeviceChange, noSuchDevice } from './change-device.ts'
import type { CommandDispatch } from './command-dispatch.ts'
import type { CommandIntent, NewCommand } from './command-store.ts'
import type { Device } from './device-store.ts'

/** Who does it, as far as it is written down. */
export interface Doing {
  readonly by: Actor
  readonly requestId?: string | undefined
}

export interface Connections extends Pick<ManifestPublisher, 'publishRetained'> {
  disconnect(device: string): void
  topicsChanged(who: DeviceAtBroker): void
  accessChanged(): Promise<void>
}

export interface FleetNeeds {
  readonly stores: Database
  readonly door: CohortDoor | undefined
  readonly dispatch: Pick<CommandDispatch, 'want' | 'deliver'>
  readonly connections: () => Connections | undefined
  /** What the device may read now. */
  readonly standingOf: (device: string) => Promise<DeviceAtBroker | undefined>
  /** Its keys are not those they were. */
  readonly forgetKeys: (device: string) => void
  readonly clock: Clock
  readonly log: Logger
}

export class Fleet {
  readonly #needs: FleetNeeds

  constructor(needs: FleetNeeds) {
    this.#needs = needs
  }

  /**
   * `tellsDevice`: unless the caller tells it itself which cohort it is in. `requireSeen` throws when it is not what
   * the caller saw.
   */
  async change(
    { by, requestId }: Doing,
    product: string,
    device: string,
    change: DeviceChange,
    {
      tellsDevice = true,
      requireSeen,
    }: { tellsDevice?: boolean; requireSeen?: (found: Device) => void } = {},
  ): Promise<Changed> {
    const { stores, door } = this.#needs
    const at = this.#now()
    const changed = await stores.transaction(async (within) => {
      const found = requireSeen && (await within.devices.find(product, device))
      if (found !== undefined) requireSeen?.(found)
      const done = await changeDevice(within, door, { product, device, change, by, at, requestId })
      const cohorts = done.movedTo === undefined ? [] : [done.movedTo]
      await door?.reachChanged(within, { product, cohorts, begunToo: false, by, at, requestId })
      return done
    })
    if (changed.movedTo === undefined) return changed
    if (tellsDevice) this.moved(product, device, changed.movedTo)
    await this.accessChanged(device)
    return changed
  }

  /** The same change for many. */
  changeMany(
    doing: Doing,
    product: string,
    devices: readonly string[],
    change: DeviceChange,
  ): Promise<readonly string[]> {
    return this.changeEach(
      doing,
      product,
      devices.map((device) => ({ device, change })),
    )
  }

  /** In one transaction; those that are gone or revoked meanwhile are left out. Resolves with the changed ones. */
  async changeEach(
    { by, requestId }: Doing,
    product: string,
    changes: readonly { readonly device: string; readonly change: DeviceChange }[],
  ): Promise<readonly string[]> {
    const { stores, door } = this.#needs
    const at = this.#now()
    const moves: { device: string; cohort: string }[] = []
    const changed = await stores.transaction(async (within) => {
      const done: string[] = []
      for (const { device, change } of changes) {
        const found = await within.fleet.find(product, device)
        if (found === undefined) continue
        if (found.revokedAt !== undefined && change.cohort !== undefined) continue
        const of = { product, device, change, by, at, requestId }
        const { isChanged, movedTo } = await changeDevice(within, door, of)
        if (isChanged) done.push(device)
        if (movedTo !== undefined) moves.push({ device, cohort: movedTo })
      }
      const cohorts = [...new Set(moves.map(({ cohort }) => cohort))]
      await door?.reachChanged(within, { product, cohorts, begunToo: false, by, at, requestId })
      return done
    })
    for (const { device, cohort } of moves) this.moved(product, device, cohort)
    return changed
  }

  /** It is in this cohort now, and that is written. */
  moved(product: string, device: string, cohort: string): void {
    void this.accessChanged(device)
    void this.#needs.dispatch
      .want({ product, device, command: 'assign', arguments: { cohort } })
      .catch((error: unknown) => this.#failed(error, device))
  }

  /** Kept until the device is there. What was asked of it, and by whom, is known for good. */
  async command({ by, requestId }: Doing, wanted: NewCommand): Promise<CommandIntent> {
    const { stores, dispatch } = this.#needs
    const { product, device, command, arguments: given } = wanted
    const at = this.#now()
    const intent = await stores.transaction(async (within) => {
      const after = { command, arguments: given }
      await within.audit.append({
        ...{ at, actor: by, action: 'device.commanded', product, subject: `device/${device}` },
        ...{ after, outcome: 'done', requestId },
      })
      return within.commands.add(wanted, at)
    })
    void dispatch.deliver(product, device)
    return intent
  }

  /** True when it was not in quarantine already. */
  async quarantine(doing: Doing, product: string, device: string, reason: string) {
    const at = this.#now()
    return this.#act(device, async (stores) => {
      const before = await stores.fleet.find(product, device)
      if (before === undefined) throw noSuchDevice()
      if (before.isQuarantined) return false
      await quarantine(stores, { ...doing, product, device, reason, at })
      return true
    })
  }

  async release(doing: Doing, product: string, device: string): Promise<boolean> {
    return this.#act(device, async (stores) => {
      const before = await stores.fleet.find(product, device)
      if (before === undefined) throw noSuchDevice()
      if (!before.isQuarantined) return false
      await stores.fleet.setQuarantine(product, device, undefined)
      await this.#note(stores, doing, product, device, 'released')
      return true
    })
  }

  /** Somebody has looked into it: it is one device. */
  async dismissSuspicion(doing: Doing, product: string, device: string): Promise<boolean> {
    return this.#act(device, async (stores) => {
      const before = await stores.fleet.find(product, device)
      if (before === undefined) throw noSuchDevice()
      if (!before.isCloneSuspected) return false
      await stores.fleet.setCloneSuspected(product, device, undefined)
      await this.#note(stores, doing, product, device, 'suspicion-dismissed')
      return true
    })
  }

  async revoke(doing: Doing, product: string, device: string): Promise<void> {
    await this.#act(device, async (stores) => {
      const before = await stores.fleet.find(product, device)
      if (before === undefined) throw noSuchDevice()
      if (before.revokedAt !== undefined) return
      await stores.enrolments.revoke(product, device, this.#now())
      await this.#note(stores, doing, product, device, 'revoked')
    })
    this.#shutOut(device)
  }

  async decommission(doing: Doing, product: string, device: string): Promise<void> {
    await this.#act(device, async (stores) => {
      const done = await stores.fleet.decommission(product, device, this.#now())
      if (!done) throw noSuchDevice()
      await this.#note(stores, doing, product, device, 'decommissioned')
    })
    this.#shutOut(device)
    this.#clear(deviceManifestTopic(product, device), device)
    this.#clear(presenceTopic(product, device), device)
  }

  async #act<Result>(device: string, work: (stores: Stores) => Promise<Result>): Promise<Result> {
    const result = await this.#needs.stores.transaction(work)
    await this.accessChanged(device)
    return result
  }

  async #note(
    { audit, events }: Stores,
    { by, requestId }: Doing,
    product: string,
    device: string,
    done: string,
  ): Promise<void> {
    const at = this.#now()
    await audit.append({
      ...{ at, actor: by, action: `device.${done}`, product, subject: `device/${device}` },
      ...{ outcome: 'done', requestId },
    })
    await events.add({ at, type: `device.${done}`, product, data: { device } })
  }

  /** What the device may read may be another thing now. Resolves when its broker knows, or takes long; never rejects. */
  async accessChanged(device: string): Promise<void> {
    const { standingOf, connections } = this.#needs
    try {
      const standing = await standingOf(device)
      if (standing !== undefined) connections()?.topicsChanged(standing)
      await connections()?.accessChanged()
    } catch (error) {
      this.#failed(error, device)
    }
  }

  #shutOut(device: string): void {
    this.#needs.forgetKeys(device)
    this.#needs.connections()?.disconnect(device)
  }

  /** What was retained about the device goes from the broker too. */
  #clear(topic: string, device: string): void {
    this.#needs
      .connections()
      ?.publishRetained(topic, '')
      .catch((error: unknown) => this.#failed(error, device))
  }

  #failed(error: unknown, device: string): void {
    this.#needs.log.error({ err: error, device }, 'the broker was not told of a change')
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }
}

/** In the transaction of whatever found out why. */
export async function quarantine(
  { fleet, audit, events }: Stores,
  of: Doing & {
    readonly product: string
    readonly device: string
    readonly reason: string
    readonly at: number
  },
): Promise<void> {
  const { product, device, reason, at, by, requestId } = of
  await fleet.setQuarantine(product, device, { at, by: by.id, reason })
  await audit.append({
    ...{ at, actor: by, action: 'device.quarantined', product, subject: `device/${device}` },
    ...{ after: { reason }, outcome: 'done', requestId },
  })
  await events.add({ at, type: 'device.quarantined', product, data: { device, by: by.kind } })
}
