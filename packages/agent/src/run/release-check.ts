/**
 * Every check that stands between a release and a slot, on every way there, also after a restart
 * (threat model: a floor check that one path forgets).
 */
import { requireAgreement, requireSuitable, type VerifiedRelease } from '@fleetward/shared'
import type { AgentRecord } from '../core/agent-record.ts'
import type { Update } from '../core/update-machine.ts'
import type { Ports } from '../ports.ts'
import type { AgentDevice } from './agent-device.ts'
import type { RunningSlot } from './running-slot.ts'

export interface ReleaseCheckContext {
  readonly ports: Pick<Ports, 'releases' | 'log'>
  readonly device: AgentDevice
  readonly running: RunningSlot
  record(): AgentRecord
  /** max(system clock, floor) in seconds. */
  now(): number
}

/** How old a verification may be for an installation to begin on it. */
const FRESH_SECONDS = 60

export class ReleaseCheck {
  readonly #context: ReleaseCheckContext
  /** The release of the update under way; a restart verifies it anew. */
  #verified: { readonly release: VerifiedRelease; readonly at: number } | undefined

  constructor(context: ReleaseCheckContext) {
    this.#context = context
  }

  /** The release as its keys signed it; asked for once in the life of an update. */
  release(update: Update): Promise<VerifiedRelease> {
    return this.#require(update, Number.POSITIVE_INFINITY)
  }

  /** The same, by metadata of a moment ago. */
  freshRelease(update: Update): Promise<VerifiedRelease> {
    return this.#require(update, FRESH_SECONDS)
  }

  async #require({ offer }: Update, maxAgeSeconds: number): Promise<VerifiedRelease> {
    const { ports, device, running, now, record } = this.#context
    const known = this.#verified
    const isFresh = known?.release.path === offer.release.path && now() - known.at <= maxAgeSeconds
    const release = isFresh ? known.release : await ports.releases.verify(offer.release.path)
    // Kept once all of it is right: what was refused is asked for again, it may be repaired.
    this.#verified = undefined
    requireAgreement(offer, release)
    requireSuitable(release, {
      compatible: device.compatible,
      securityCounter: record().securityCounter,
      version: running.version,
      installers: device.installers,
    })
    this.#verified = isFresh ? known : { release, at: now() }
    if (!isFresh) {
      const { path, version, securityCounter } = release
      const versions = ports.releases.versions()
      const facts = { what: 'metadata', path, version, securityCounter, ...versions }
      ports.log.write('info', 'verified', facts)
    }
    return release
  }
}
