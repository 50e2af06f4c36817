/**
 * What each effect of the update machine does, and which event its end is. Every one may have been
 * cut off before and is safe to repeat; what becomes of one that throws is said in aftermath.ts.
 */
import {
  DeviceError,
  type OwnersBounds,
  openTimeAt,
  ownersBounds,
  TrustError,
  type VerifiedRelease,
} from '@fleetward/shared'
import type { AgentRecord } from '../core/agent-record.ts'
import { type Decision, decide, type Step } from '../core/decide.ts'
import { type OwnersSettings, settingsOf } from '../core/owners-choices.ts'
import type { Effect, Failure, Update, UpdateEvent, UpdateState } from '../core/update-machine.ts'
import type { Ports } from '../ports.ts'
import type { AgentDevice } from './agent-device.ts'
import { ReleaseCheck } from './release-check.ts'
import type { RunningSlot } from './running-slot.ts'

/** What the effects need of the run they belong to. */
export interface EffectContext {
  readonly ports: Ports
  readonly device: AgentDevice
  record(): AgentRecord
  /** max(system clock, floor) in seconds. */
  now(): number
  readonly running: RunningSlot
  progress(verifiedBytes: number, update: Update): void
  /** Aborts at the next thing that could change a decision. */
  news(): AbortSignal
  /** The release of this update is verified for the first time since the start. */
  noticed(update: Update): void
}

/** What stands behind the last decision about an update. */
export interface Considered {
  readonly release: VerifiedRelease
  readonly bounds: OwnersBounds
  /** Seconds since 1970. */
  readonly firstNotice: number
  readonly decision: Decision
}

/** A wait is looked at again at least this often: a clock can be set. */
const WAIT_MAX_MS = 3_600_000
/** How often power, space and the product are asked again. */
const OBSTACLE_WAIT_MS = 60_000

export class Effects {
  readonly #context: EffectContext
  readonly #check: ReleaseCheck
  #considered: Considered | undefined

  constructor(context: EffectContext) {
    this.#context = context
    this.#check = new ReleaseCheck(context)
  }

  /** The event that the effect ended in; undefined when there is none, or when `signal` aborted. */
  async perform(effect: Effect, signal: AbortSignal): Promise<UpdateEvent | undefined> {
    const { ports } = this.#context
    switch (effect.name) {
      case 'consider':
        return this.#consider(effect.update, 'begin', signal)
      case 'download':
        return this.#download(effect.update, signal)
      case 'writeSlot':
        return this.#writeSlot(effect.update, signal)
      case 'considerSwitch':
        return this.#consider(effect.update, 'switch', signal)
      case 'tryBoot':
        return this.#tryBoot(effect.update)
      case 'boot':
        return { name: 'booted', slot: await this.#context.running.boot() }
      case 'selfTest':
        return this.#selfTest(signal)
      case 'commit':
        await ports.bootloader.commit(effect.update.slot)
        return { name: 'committed' }
      case 'abandonTrial':
        await ports.bootloader.abandonTrial()
        return undefined
      case 'discardDownload':
        await ports.transfer.discard()
        return undefined
      case 'settle':
        return { name: 'settled' }
    }
  }

  /** What was last found out about the update under way; undefined before its release was verified. */
  get considered(): Considered | undefined {
    return this.#considered
  }

  async #consider(
    update: Update,
    step: Step,
    signal: AbortSignal,
  ): Promise<UpdateEvent | undefined> {
    const { ports, device } = this.#context
    while (!signal.aborted) {
      const news = this.#context.news()
      const release = await this.#check.release(update)
      const obstacle = await ports.readiness.obstacle(release, step)
      const { owner, firstNotices, state } = this.#context.record()
      const now = this.#context.now()
      const { path } = update.offer.release
      const notice = firstNotices.find((known) => known.path === path)
      const firstNotice = notice?.at ?? now
      const { window } = settingsOf(owner, device.defaults)
      const bounds = ownersBounds(update.offer, release, firstNotice)
      const decision = decide({
        step,
        offer: update.offer,
        validUntil: update.validUntil,
        bounds,
        firstNotice,
        againAt: notice?.againAt,
        device: device.device,
        defaults: device.defaults,
        owner,
        ...(window === 'none' ? {} : { window: openTimeAt(now, window, window.timeZone) }),
        ...this.#operatorsWindow(update, window, now),
        ...(obstacle === undefined ? {} : { obstacle }),
        now,
      })
      const isFirst = this.#considered?.release.path !== path
      this.#considered = { release, bounds, firstNotice, decision }
      if (isFirst) this.#context.noticed(update)
      if (decision.start) {
        if (step === 'switch') return { name: 'maySwitch' }
        // Expired metadata blocks new installations (protocol §3.4), so what has waited is asked again.
        await this.#check.freshRelease(update)
        return { name: 'mayStart' }
      }
      const { waitingFor, until } = decision
      if ('waitingFor' in state ? state.waitingFor !== waitingFor : isWaiting(state)) {
        return { name: 'mustWait', waitingFor }
      }
      const isObstacle = ['power', 'space', 'product'].includes(waitingFor)
      const longestMs = isObstacle ? OBSTACLE_WAIT_MS : WAIT_MAX_MS
      const untilMs = until === undefined ? longestMs : Math.max(0, until - now) * 1000
      await ports.timer.wait(Math.min(longestMs, untilMs), AbortSignal.any([signal, news]))
    }
    return undefined
  }

  /** Where the device stands its owner knows best: many a machine's clock is set to UTC wherever it is. */
  #operatorsWindow({ offer }: Update, owners: OwnersSettings['window'], now: number) {
    const hours = offer.policy.window
    if (hours === undefined) return {}
    const timeZone = owners === 'none' ? this.#context.ports.place.timeZone() : owners.timeZone
    return { operatorsWindow: openTimeAt(now, hours, timeZone) }
  }

  async #download(update: Update, signal: AbortSignal): Promise<UpdateEvent> {
    const release = await this.#check.release(update)
    const onProgress = (verifiedBytes: number) => this.#context.progress(verifiedBytes, update)
    await this.#context.ports.transfer.fetch(release, { signal, onProgress })
    const { path, sha256, length } = release
    this.#context.ports.log.write('info', 'verified', { what: 'artifact', path, sha256, length })
    return { name: 'artifactFetched' }
  }

  async #writeSlot(update: Update, signal: AbortSignal): Promise<UpdateEvent> {
    const release = await this.#check.release(update)
    await this.#context.ports.installer.write(release, update.slot, { signal })
    const { version } = release
    this.#context.ports.log.write('info', 'verified', { what: 'slot', slot: update.slot, version })
    return { name: 'slotWritten' }
  }

  /** The floor once more, on what really lies in the slot: nothing below it is ever booted. */
  async #tryBoot({ slot, offer }: Update): Promise<UpdateEvent> {
    const { ports } = this.#context
    const contents = await ports.installer.contents(slot)
    const { securityCounter: floor } = this.#context.record()
    if (contents === undefined || contents.version !== offer.release.version) {
      throw new DeviceError('SLOT_WRITE_FAILED', { slot, expected: offer.release.version })
    }
    if (contents.securityCounter < floor) {
      const seen = contents.securityCounter
      throw new TrustError('SECURITY_COUNTER_DECREASED', { committed: floor, seen })
    }
    await ports.bootloader.tryBoot(slot)
    return { name: 'armed' }
  }

  async #selfTest(signal: AbortSignal): Promise<UpdateEvent | undefined> {
    const { ports, device } = this.#context
    const { contents, slot } = this.#context.running
    if (contents === undefined) {
      return selfTestFailed({ code: 'SELF_TEST_FAILED', facts: { slot, reason: 'slot unusable' } })
    }
    const over = new AbortController()
    const limit = new AbortController()
    const limitReached = ports.timer
      .wait(device.trialTimeLimitMs, AbortSignal.any([signal, over.signal]))
      .then(() => {
        if (!over.signal.aborted) limit.abort()
      })
    const outcome = await ports.product.selfTest(contents, {
      signal: AbortSignal.any([signal, limit.signal]),
    })
    over.abort()
    await limitReached
    // The agent is being ended: that says nothing about the product. The next boot tries again.
    if (signal.aborted) return undefined
    if (outcome.passed) return { name: 'selfTestPassed' }
    if (limit.signal.aborted && outcome.code === 'SELF_TEST_FAILED') {
      const facts = { limitMs: device.trialTimeLimitMs }
      return selfTestFailed({ code: 'TRIAL_TIMED_OUT', facts })
    }
    return selfTestFailed({ code: outcome.code, facts: outcome.facts })
  }
}

function selfTestFailed(failure: Failure): UpdateEvent {
  return { name: 'selfTestFailed', failure }
}

/** States with a wait of their own that is not said yet. */
function isWaiting({ name }: UpdateState): boolean {
  return name === 'offered' || name === 'installing'
}
