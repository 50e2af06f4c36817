/**
 * The shell around the update machine: the only place where its states meet the outside world.
 *
 * Its one rule: the record is saved before any effect of the new state begins. One queue applies
 * events one after the other, one effect runs at a time, and an effect whose state has been left is
 * told to stop and waited for before the next one begins. An error that nobody foresaw (a bug, a
 * power cut in a simulation) ends the run and rejects {@link UpdateRun.ended}.
 */
import {
  acceptSequence,
  type Command,
  chooseOffer,
  codeOf,
  DeviceError,
  deviceAudience,
  type FailedOffer,
  type HeldManifests,
  type Manifest,
  type Report,
  requireNextCommand,
  standingOf,
  TransferError,
  TrustError,
  tokenDigest,
} from '@fleetward/shared'
import { advance } from './core/advance.ts'
import { type AgentRecord, withAcceptedManifest } from './core/agent-record.ts'
import { type Backoff, backoffMs } from './core/backoff.ts'
import { flooredMs, isClockUnsure, raiseFloor } from './core/clock-floor.ts'
import { withoutReport } from './core/outbox.ts'
import { ProgressGauge } from './core/progress-gauge.ts'
import { isNews, type Occasion, reportOf, reportsAfter } from './core/report.ts'
import {
  type Effect,
  effectsOf,
  type Failure,
  isBeforeArming,
  otherSlot,
  type SlotName,
  type Update,
  type UpdateEvent,
  type UpdateState,
  updateOf,
} from './core/update-machine.ts'
import { type AgentDevice, aftermathOf, Effects } from './effects.ts'
import type { Ports, SlotContents } from './ports.ts'
import { ReportSender } from './report-sender.ts'

export interface RunOptions {
  readonly device: AgentDevice
  /** The record to go on with: the saved one, or that of a first start. */
  readonly record: AgentRecord
  readonly inventory: Readonly<Record<string, string>>
  readonly backoff: Backoff
}

/** How long an offer rests that could not be verified; the server may repair its metadata. */
const REST: Backoff = { firstDelayMs: 60_000, maxDelayMs: 3_600_000 }
/** A flood of forged messages must not wear out the flash: one report per code in this time. */
const REFUSAL_REPORT_PAUSE_MS = 60_000

export class UpdateRun {
  readonly #ports: Ports
  readonly #options: RunOptions
  readonly #effects: Effects
  readonly #sender: ReportSender
  readonly #end = new AbortController()
  readonly #ended = Promise.withResolvers<void>()
  #record: AgentRecord
  #running: { slot: SlotName; contents: SlotContents | undefined } = {
    slot: 'A',
    contents: undefined,
  }
  #queue: Promise<unknown> = Promise.resolve()
  #effect: { readonly abort: AbortController; readonly done: Promise<void> } | undefined
  #sending: Promise<void> = Promise.resolve()
  #news = new AbortController()
  #held: HeldManifests = {}
  /** Offers that were refused a moment ago: not looked at again before their time. */
  readonly #resting = new Map<string, { offer: FailedOffer; until: number; times: number }>()
  readonly #refusalsReported = new Map<string, number>()
  #gauge = new ProgressGauge()

  private constructor(ports: Ports, options: RunOptions) {
    this.#ports = ports
    this.#options = options
    this.#record = options.record
    this.#ended.promise.catch(() => {
      // Whoever asks for {@link ended} gets it; a run that never began has nobody who asks.
    })
    this.#effects = new Effects({
      ports,
      device: options.device,
      record: () => this.#record,
      now: () => this.now(),
      running: () => this.#running,
      boot: () => this.#boot(),
      progress: (verifiedBytes, update) => this.#noteProgress(verifiedBytes, update),
      news: () => this.#news.signal,
    })
    this.#sender = new ReportSender(
      ports,
      {
        outbox: () => this.#record.reports.outbox,
        acknowledged: (seq) => this.#inTurn(() => this.#dropReport(seq)),
      },
      options.backoff,
    )
  }

  /** Picks up after a boot of the device: the product runs and the saved state has been entered. */
  static async begin(ports: Ports, options: RunOptions): Promise<UpdateRun> {
    const run = new UpdateRun(ports, options)
    const slot = await run.#boot()
    await run.#inTurn(async () => {
      if (!(await run.#apply({ name: 'booted', slot }))) {
        await run.#introduce()
        await run.#enter()
      }
    })
    run.#sending = run.#sender.run().catch((error) => run.#fail(error))
    return run
  }

  /** Resolves after {@link stop}; rejects when the run cannot go on. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Seconds since 1970, never below the floor (protocol §2.2). */
  now(): number {
    return Math.floor(flooredMs(this.#ports.systemClock.systemMs(), this.#record.clockFloor) / 1000)
  }

  get record(): AgentRecord {
    return this.#record
  }

  /** A manifest whose signature, claims and times are verified; its sequence is checked here. */
  acceptManifest(manifest: Manifest, token: string): Promise<void> {
    return this.#inTurn(async () => {
      const last = this.#record.audiences.find(({ audience }) => audience === manifest.aud)
      if (acceptSequence(last, token, manifest.seq) === 'new') {
        const accepted = { audience: manifest.aud, seq: manifest.seq, digest: tokenDigest(token) }
        await this.#save({
          ...withAcceptedManifest(this.#record, accepted),
          clockFloor: raiseFloor(this.#record.clockFloor, manifest.iat),
        })
        const facts = { what: 'manifest', audience: manifest.aud, seq: manifest.seq }
        this.#ports.log.write('info', 'verified', { ...facts, offers: manifest.offers.length })
        this.#resting.clear()
      }
      // A redelivery after a restart is how the manifest comes back into memory.
      const { product, device } = this.#options.device
      const isOwn = manifest.aud === deviceAudience(product, device)
      this.#held = isOwn ? { ...this.#held, device: manifest } : { ...this.#held, cohort: manifest }
      await this.#reconsider()
    })
  }

  /** Saves that the command was taken before anything comes of it: it is single use (protocol §6). */
  takeCommand(command: Command, change: Partial<Pick<AgentRecord, 'cohort'>>): Promise<void> {
    return this.#inTurn(async () => {
      requireNextCommand(this.#record.commandSeq, command)
      await this.#save({ ...this.#record, commandSeq: command.seq, ...change })
      if (change.cohort !== undefined) this.#held = { ...this.#held, cohort: undefined }
    })
  }

  /** Something from outside was refused; the state stays as it is (protocol §7). */
  reportRefusal(refused: NonNullable<Report['refused']>, error: unknown): Promise<void> {
    return this.#inTurn(() => this.#reportRefusal(refused, error))
  }

  /** The world changed: whoever waits should look again. */
  announceNews(): void {
    this.#news.abort()
    this.#news = new AbortController()
    this.#sender.wake()
    this.#resting.clear()
    this.#laterInTurn(() => this.#reconsider())
  }

  /** Ends the effect under way and the product. What is saved is picked up by the next start. */
  async stop(): Promise<void> {
    if (this.#end.signal.aborted) return this.ended
    this.#end.abort()
    this.#effect?.abort.abort()
    this.#sender.stop()
    await this.#effect?.done
    await this.#sending
    await this.#queue
    await this.#ports.product.stop()
    this.#ended.resolve()
  }

  /** Everything that reads or writes the record takes its turn here. */
  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(task)
    this.#queue = turn.catch((error) => {
      // What was refused is the caller's news; whatever nobody foresaw ends the run.
      if (codeOf(error) === undefined) this.#fail(error)
    })
    return turn
  }

  #fail(error: unknown): void {
    this.#end.abort()
    this.#effect?.abort.abort()
    this.#sender.stop()
    this.#ended.reject(error)
  }

  /** Whether the event meant anything. */
  async #apply(event: UpdateEvent, occasion: Partial<Occasion> = {}): Promise<boolean> {
    const before = this.#record
    const after = advance(before, event, this.now())
    if (after === before) return false
    const hasNews = isNews(before.state, after.state)
    await this.#save(
      hasNews ? await this.#withReport(after, { about: 'state', ...occasion }) : after,
    )
    if (hasNews) this.#logState(before.state, occasion.failure)
    this.#sender.wake()
    await this.#enter()
    return true
  }

  /** No two effects at the same time: the one before has ended when the next begins. */
  async #enter(): Promise<void> {
    this.#effect?.abort.abort()
    await this.#effect?.done
    if (this.#end.signal.aborted) return
    const abort = new AbortController()
    const { state } = this.#record
    this.#gauge = new ProgressGauge()
    const done = this.#performAll(state, abort.signal).catch((error) => this.#fail(error))
    this.#effect = { abort, done }
  }

  async #performAll(state: UpdateState, signal: AbortSignal): Promise<void> {
    for (const effect of effectsOf(state)) {
      const event = await this.#performPatiently(effect, signal)
      if (signal.aborted) return
      // Not awaited: the turn may have to wait for this very effect to end.
      if (event !== undefined) this.#feed(event, state)
    }
    if (state.name === 'idle') this.#laterInTurn(() => this.#reconsider())
  }

  #feed(event: UpdateEvent, from: UpdateState): void {
    this.#laterInTurn(async () => {
      if (this.#record.state !== from) return
      if (!(await this.#apply(event))) {
        this.#ports.log.write('error', 'stuck', { state: from.name, event: event.name })
      }
    })
  }

  #laterInTurn(task: () => Promise<void>): void {
    this.#inTurn(task).catch(() => {
      // Already handled: the queue tells refusals from what ends the run.
    })
  }

  /** A server that is away never fails an update: the effect is tried until it ends or is left. */
  async #performPatiently(effect: Effect, signal: AbortSignal): Promise<UpdateEvent | undefined> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await this.#effects.perform(effect, signal)
      } catch (error) {
        if (signal.aborted && isAbortion(error)) return undefined
        const aftermath = aftermathOf(effect, error)
        this.#logFailure(effect, error)
        if (aftermath.what === 'goOn') return undefined
        if (aftermath.what === 'event') {
          if (aftermath.event.name === 'offerRefused' && 'update' in effect) {
            this.#laterInTurn(() => this.#refuseOffer(effect.update, error))
          }
          return aftermath.event
        }
        await this.#ports.timer.wait(this.#retryDelayMs(effect, failures), signal)
        if (signal.aborted) return undefined
      }
    }
  }

  #retryDelayMs(effect: Effect, failures: number): number {
    const { firstDelayMs, maxDelayMs } = this.#options.backoff
    const retryAfterMs = 'update' in effect ? effect.update.offer.policy.retryAfter * 1000 : 0
    const backoff = {
      firstDelayMs: Math.max(firstDelayMs, retryAfterMs),
      maxDelayMs: Math.max(maxDelayMs, retryAfterMs),
    }
    return backoffMs(failures, backoff, this.#ports.chance.share())
  }

  /** Holds what goes on against the manifests in memory: withdrawn, gone, or something better. */
  async #reconsider(): Promise<void> {
    const { state } = this.#record
    if (isBeforeArming(state)) {
      const standing = this.#standing(state.update)
      if (standing === 'withdrawn') {
        const { rollout, release } = state.update.offer
        const facts = { rollout, path: release.path }
        await this.#apply({ name: 'offerGone' }, { failure: { code: 'RELEASE_WITHDRAWN', facts } })
        return
      }
      if (standing === 'absent' && state.name === 'offered') {
        // Paused or narrowed before anything began. What has begun goes on.
        await this.#apply({ name: 'offerGone' })
        return
      }
    }
    if (state.name !== 'idle' && state.name !== 'offered') return
    const update = this.#choose()
    if (update === undefined) return
    if (state.name === 'offered' && JSON.stringify(update) === JSON.stringify(state.update)) return
    await this.#apply({ name: 'offerTaken', update })
  }

  /**
   * What was taken counts until a manifest says otherwise: after a restart none has come yet, and
   * one that ran out no longer says anything. (Nothing begins on it either, see `decide`.)
   */
  #standing(update: Update): ReturnType<typeof standingOf> {
    const now = this.now()
    const isInForce = [this.#held.cohort, this.#held.device].some(
      (manifest) => manifest !== undefined && now < manifest.exp,
    )
    return isInForce ? standingOf(update.offer, this.#held, now) : 'offered'
  }

  #choose(): Update | undefined {
    const now = this.now()
    const resting = [...this.#resting.values()].filter(({ until }) => now < until)
    const offer = chooseOffer(this.#held, {
      device: this.#options.device.device,
      version: this.#running.contents?.version ?? '0.0.0',
      failed: [...this.#record.failedOffers, ...resting.map((rest) => rest.offer)],
      now,
    })
    const { cohort, device } = this.#held
    const manifest = [device, cohort].find(
      (held) => offer !== undefined && held?.offers.includes(offer),
    )
    if (offer === undefined || manifest === undefined) return undefined
    return { offer, validUntil: manifest.exp, slot: otherSlot(this.#running.slot) }
  }

  /** Reported, and left alone for a while: the server may repair its metadata, not this offer alone. */
  async #refuseOffer({ offer }: Update, error: unknown): Promise<void> {
    const { path, sha256 } = offer.release
    const key = `${offer.rollout} ${path}`
    const times = (this.#resting.get(key)?.times ?? 0) + 1
    // At least half of it: a tight loop of refusals would be the attacker's to start.
    const restMs = backoffMs(times, REST, 0.5 + this.#ports.chance.share() / 2)
    const failed = { rollout: offer.rollout, path, sha256, attempt: offer.attempt }
    this.#resting.set(key, { offer: failed, until: this.now() + restMs / 1000, times })
    const overrides = error instanceof TrustError && error.code === 'MANIFEST_OVERRIDES_RELEASE'
    await this.#reportRefusal(overrides ? 'manifest' : 'metadata', error)
    void this.#ports.timer.wait(restMs + 1000, this.#end.signal).then(() => {
      if (!this.#end.signal.aborted) this.#laterInTurn(() => this.#reconsider())
    })
  }

  async #reportRefusal(refused: NonNullable<Report['refused']>, error: unknown): Promise<void> {
    const failure = codeOf(error)
    if (failure === undefined) throw error
    this.#ports.log.write('warning', 'refused', {
      what: refused,
      code: failure.code,
      ...failure.facts,
    })
    const key = `${refused} ${failure.code}`
    const nowMs = this.#ports.systemClock.systemMs()
    const lastMs = this.#refusalsReported.get(key)
    if (lastMs !== undefined && Math.abs(nowMs - lastMs) < REFUSAL_REPORT_PAUSE_MS) return
    this.#refusalsReported.set(key, nowMs)
    await this.#save(await this.#withReport(this.#record, { about: 'refusal', refused, failure }))
    this.#sender.wake()
  }

  #noteProgress(verifiedBytes: number, { offer }: Update): void {
    const nowMs = this.#ports.systemClock.systemMs()
    const progress = this.#gauge.read(verifiedBytes, offer.release.length, nowMs)
    if (progress === undefined) return
    this.#laterInTurn(async () => {
      if (this.#record.state.name !== 'downloading') return
      await this.#save(await this.#withReport(this.#record, { about: 'progress', progress }))
      this.#sender.wake()
    })
  }

  /** At a start whose state says nothing new: the server learns what this device is, if it changed. */
  async #introduce(): Promise<void> {
    const withReport = await this.#withReport(this.#record, { about: 'state' })
    const { inventoryDigest } = this.#record.reports
    // Without news nothing needs saying; a first start has everything to say.
    if (withReport.reports.inventoryDigest !== inventoryDigest) await this.#save(withReport)
  }

  async #dropReport(seq: number): Promise<void> {
    const { reports } = this.#record
    await this.#save({
      ...this.#record,
      reports: { ...reports, outbox: withoutReport(reports.outbox, seq) },
    })
  }

  /** The token is in the record before it can be sent, so no number is ever used twice. */
  async #withReport(
    record: AgentRecord,
    occasion: Pick<Occasion, 'about'> & Partial<Occasion>,
  ): Promise<AgentRecord> {
    const { systemClock, chance, releases, reportSigner, log } = this.#ports
    const { device, inventory } = this.#options
    const report = reportOf(
      record,
      {
        product: device.product,
        device: device.device,
        defaults: device.updates,
        version: this.#running.contents?.version ?? '0.0.0',
        metadata: releases.versions(),
        inventory: { ...inventory, slot: this.#running.slot },
      },
      {
        now: this.now(),
        nonce: chance.nonce(),
        clockUnsure: isClockUnsure(systemClock.systemMs(), record.clockFloor),
        ...occasion,
      },
    )
    try {
      const token = await reportSigner.sign(report)
      return {
        ...record,
        reports: reportsAfter(record.reports, { report, token, about: occasion.about }),
      }
    } catch (error) {
      // A report that cannot be made must not hold up a security update.
      const failure = codeOf(error)
      if (failure === undefined) throw error
      log.write('error', 'report-not-made', { code: failure.code, ...failure.facts })
      return record
    }
  }

  /**
   * Until it is durable: nothing may go on from a record that is only in memory. A full disk is
   * first freed of the download, which is the one thing here that can be had again.
   */
  async #save(record: AgentRecord): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      try {
        await this.#ports.store.save(record)
        this.#record = record
        return
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error
        this.#ports.log.write('error', 'record-not-saved', { code: error.code, ...error.facts })
        if (error.code === 'DISK_FULL' && failures === 1) await this.#freeDisk()
        const delayMs = backoffMs(failures, this.#options.backoff, this.#ports.chance.share())
        await this.#ports.timer.wait(delayMs, this.#end.signal)
        if (this.#end.signal.aborted) throw error
      }
    }
  }

  async #freeDisk(): Promise<void> {
    this.#effect?.abort.abort()
    await this.#effect?.done
    // Unless the save leads to another state, this one begins its effects anew.
    this.#laterInTurn(async () => {
      if (this.#effect?.abort.signal.aborted) await this.#enter()
    })
    try {
      await this.#ports.transfer.discard()
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
    }
  }

  async #boot(): Promise<SlotName> {
    const { product, bootloader, installer, log } = this.#ports
    await product.stop()
    let slot = await bootloader.boot()
    let contents = await installer.contents(slot)
    if (contents === undefined) {
      // A slot on trial that does not read back is no slot to start; a permanent one stays the same.
      log.write('error', 'slot-unusable', { slot })
      await bootloader.abandonTrial()
      slot = await bootloader.boot()
      contents = await installer.contents(slot)
    }
    this.#running = { slot, contents }
    if (contents !== undefined) await product.start(contents)
    const version = contents?.version ?? 'none'
    log.write(contents === undefined ? 'error' : 'info', 'booted', { slot, version })
    return slot
  }

  #logState(before: UpdateState, failure: Failure | undefined): void {
    const { state } = this.#record
    const seen = failure ?? ('failure' in state ? state.failure : undefined)
    const update = updateOf(state) ?? updateOf(before)
    this.#ports.log.write(seen === undefined ? 'info' : 'warning', 'state', {
      from: before.name,
      to: state.name,
      ...(update === undefined
        ? {}
        : { release: update.offer.release.path, version: update.offer.release.version }),
      ...(state.name === 'offered' && state.waitingFor !== undefined
        ? { waitingFor: state.waitingFor }
        : {}),
      ...(seen === undefined ? {} : { ...seen.facts, code: seen.code }),
    })
  }

  #logFailure(effect: Effect, error: unknown): void {
    const failure = codeOf(error)
    const facts = { effect: effect.name, ...failure?.facts, code: failure?.code ?? 'none' }
    this.#ports.log.write('warning', 'effect-failed', facts)
  }
}

/** What an effect that was told to stop may throw. Anything else is news. */
function isAbortion(error: unknown): boolean {
  return (
    error instanceof TransferError ||
    error instanceof DeviceError ||
    (error instanceof Error && error.name === 'AbortError')
  )
}
