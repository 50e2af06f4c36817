/**
 * What the privileged process does for the network process, and what it refuses: it believes nothing but
 * the manufacturer's signatures, verified with roots and floors of its own. A network process that was
 * taken over can hold updates back, as whoever cuts the cable can; it cannot bring anything into a slot
 * that the release keys did not sign, nor anything older than what was committed (CRA P-084).
 */
import { nodeVerifier } from '@fleetward/platform'
import {
  DeviceError,
  type InstallerKind,
  importKeySet,
  requireSuitable,
  TrustError,
  type VerifiedRelease,
  verifyManifest,
} from '@fleetward/shared'
import { TufReleases } from '../adapters/tuf-releases.ts'
import { type BundleDevice, type BundleTrust, verifyBundle } from '../bundle/open-bundle.ts'
import { flooredMs } from '../core/clock-floor.ts'
import { committedCounter } from '../data-folder/load-record.ts'
import type { Installation } from '../installers/installers.ts'
import type { SelfTestOutcome, SlotContents, SlotName, SystemClock } from '../ports.ts'
import type { ReleaseOrigin } from '../tuf/release-origin.ts'
import { TufClient } from '../tuf/tuf-client.ts'
import type { Floor, FloorFile } from './floor-file.ts'

export interface GuardOptions {
  readonly installation: Installation
  readonly trust: BundleTrust
  readonly floors: FloorFile
  readonly systemClock: SystemClock
  readonly device: {
    readonly product: string
    readonly device: string
    readonly compatible: string
    readonly installers: readonly InstallerKind[]
  }
  /** Before a release is written; returns what undoes it. */
  prepare(release: VerifiedRelease, signal: AbortSignal): Promise<() => Promise<void>>
}

export class GuardedInstallation {
  readonly #options: GuardOptions

  constructor(options: GuardOptions) {
    this.#options = options
  }

  /** Once, before anything else: the floor of a first start is that of what the factory installed. */
  async begin(): Promise<Floor> {
    const { floors, installation } = this.#options
    try {
      const known = await floors.load()
      if (known !== undefined) return known
    } catch (error) {
      if (!(error instanceof DeviceError) || error.code !== 'STATE_CORRUPT') throw error
      // A device that would never update again is worse off than one that starts over from its slot.
    }
    const first = { securityCounter: await committedCounter(installation), time: 0 }
    try {
      await floors.replace(first)
    } catch (error) {
      // The product has to run on a full disk too; the next floor that rises is written with this one.
      if (!(error instanceof DeviceError)) throw error
    }
    return first
  }

  /** TrustError when what lies under `path` must not be installed; the rest as the port says. */
  async write(
    path: string,
    slot: SlotName,
    { origin, signal }: { origin: ReleaseOrigin; signal: AbortSignal },
  ): Promise<void> {
    const release = await this.#verify(path, origin)
    const undo = await this.#options.prepare(release, signal)
    try {
      await this.#options.installation.installer.write(release, slot, { signal })
    } finally {
      await undo()
    }
  }

  /** Raises the clock's floor by a manifest of the director, and returns it in seconds. */
  async tellTime(token: string, audience: string, origin: ReleaseOrigin): Promise<number> {
    const { device, floors } = this.#options
    const now = Math.floor((await this.#nowMs()) / 1000)
    const bytes = await (await this.#releases(origin)).trustFile('director.jwks')
    const keys = await importKeySet(bytes)
    const { iat } = await verifyManifest(token, { keys, product: device.product, audience, now })
    // Not ahead of our own clock: many manifests from the near future would carry it years away.
    const { time } = await floors.raise({ time: Math.min(iat, now) })
    return time
  }

  contents(slot: SlotName): Promise<SlotContents | undefined> {
    return this.#options.installation.installer.contents(slot)
  }

  bootedSlot(): Promise<SlotName> {
    return this.#options.installation.bootloader.bootedSlot()
  }

  boot(): Promise<SlotName> {
    return this.#options.installation.bootloader.boot()
  }

  async tryBoot(slot: SlotName): Promise<void> {
    await this.#requireAboveFloor(slot)
    await this.#options.installation.bootloader.tryBoot(slot)
  }

  abandonTrial(): Promise<void> {
    return this.#options.installation.bootloader.abandonTrial()
  }

  /** Raises the floor first: a commit that a power cut undoes is asked for again. */
  async commit(slot: SlotName): Promise<void> {
    const { securityCounter } = await this.#requireAboveFloor(slot)
    await this.#options.floors.raise({ securityCounter })
    await this.#options.installation.bootloader.commit(slot)
  }

  /** Always of the slot that runs: what to start is never the network process's to say. */
  async startProduct(): Promise<void> {
    await this.#options.installation.product.start(await this.#running())
  }

  stopProduct(): Promise<void> {
    return this.#options.installation.product.stop()
  }

  async selfTest(signal: AbortSignal): Promise<SelfTestOutcome> {
    return this.#options.installation.product.selfTest(await this.#running(), { signal })
  }

  async #verify(path: string, origin: ReleaseOrigin): Promise<VerifiedRelease> {
    const { bundleToken } = origin
    const standing = await this.#standing()
    if (bundleToken === undefined) {
      const release = await (await this.#releases(origin)).verify(path)
      requireSuitable(release, standing)
      return release
    }
    const { release } = await verifyBundle(
      { ...origin, bundleToken },
      standing,
      this.#options.trust,
    )
    if (release.path === path) return release
    throw new TrustError('BUNDLE_INVALID', { expected: path, seen: release.path })
  }

  async #standing(): Promise<BundleDevice> {
    const { device } = this.#options
    const running = await this.contents(await this.bootedSlot())
    const { securityCounter } = await this.#floor()
    const now = Math.floor((await this.#nowMs()) / 1000)
    return { ...device, securityCounter, now, version: running?.version ?? '0.0.0' }
  }

  /** One for each time that something is asked, over the one store. */
  async #releases({ metadata, targets }: ReleaseOrigin): Promise<TufReleases> {
    const { trust, device } = this.#options
    const nowMs = await this.#nowMs()
    const { store, factoryRoot, trustFolder } = trust
    const verifier = nodeVerifier
    const client = new TufClient({
      store,
      source: metadata,
      verifier,
      now: () => nowMs,
      factoryRoot,
    })
    return new TufReleases({ client, targets, product: device.product, trustFolder })
  }

  async #requireAboveFloor(slot: SlotName): Promise<SlotContents> {
    const contents = await this.contents(slot)
    if (contents === undefined)
      throw new DeviceError('SLOT_WRITE_FAILED', { slot, reason: 'empty' })
    const { securityCounter: committed } = await this.#floor()
    if (contents.securityCounter >= committed) return contents
    const facts = { committed, seen: contents.securityCounter }
    throw new TrustError('SECURITY_COUNTER_DECREASED', facts)
  }

  async #running(): Promise<SlotContents> {
    const slot = await this.bootedSlot()
    const contents = await this.contents(slot)
    if (contents === undefined) throw new DeviceError('SLOT_CORRUPT', { slot })
    return contents
  }

  async #floor(): Promise<Floor> {
    return (await this.#options.floors.load()) ?? { securityCounter: 0, time: 0 }
  }

  async #nowMs(): Promise<number> {
    return flooredMs(this.#options.systemClock.systemMs(), (await this.#floor()).time)
  }
}
