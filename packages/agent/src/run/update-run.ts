/**
 * The shell around the update machine: the only place where its states meet the outside world.
 *
 * Its one rule: the record is saved before any effect of the new state begins. Whatever
 * changes the record waits in one queue, so nobody else changes it meanwhile. An error that nobody
 * foresaw (a bug, a power cut in a simulation) ends the run and rejects {@link UpdateRun.ended}.
 */
import {
  acceptSequence,
  type Command,
  DeviceError,
  type Manifest,
  type Report,
  requireNextCommand,
  TrustError,
  tokenDigest,
} from '@fleetward/shared'
import { advance } from '../core/advance.ts'
import { type AgentRecord, withAcceptedManifest } from '../core/agent-record.ts'
import type { Backoff } from '../core/backoff.ts'
import { flooredSeconds, isClockUnsure, raiseFloor } from '../core/clock-floor.ts'
import { OfferWatch } from '../core/offer-watch.ts'
import { withoutReport } from '../core/outbox.ts'
import { settingsOf } from '../core/owners-choices.ts'
import { choicesAfter, entryOf, type OwnersDecision } from '../core/owners-decision.ts'
import { ProgressGauge } from '../core/progress-gauge.ts'
import { eventOfChange, factsOfChange, isNews } from '../core/state-change.ts'
import type { Failure, SlotName, Update, UpdateEvent, UpdateState } from '../core/update-machine.ts'
import type { Ports, Way } from '../ports.ts'
import type { AgentDevice } from './agent-device.ts'
import { EffectLoop } from './effect-loop.ts'
import { Effects } from './effects.ts'
import { RecordKeeper } from './record-keeper.ts'
import { RecordTasks } from './record-tasks.ts'
import { ReportBook } from './report-book.ts'
import { ReportSender } from './report-sender.ts'
import {
  type LastFailure,
  openUpdateOf,
  type RunStanding,
  type RunView,
  viewOf,
} from './run-view.ts'
import { RunningSlot } from './running-slot.ts'

export interface RunOptions {
  readonly device: AgentDevice
  /** The record to go on with: the saved one, or that of a first start. */
  readonly record: AgentRecord
  /** Of each report, as it is then. */
  inventory(): Readonly<Record<string, string>>
  readonly backoff: Backoff
  /** After each change that is saved. Must not throw. */
  readonly onState?: (state: UpdateState) => void
}

/** Below every release: whatever is offered is better than software that is damaged. */
const NOTHING_SOUND = '0.0.0'

/** A surface that hears of it asks for the view. */
export interface RunNews {
  readonly event: 'state' | 'notice' | 'settings'
}

export class UpdateRun {
  readonly #ports: Ports
  readonly #keeper: RecordKeeper
  readonly #running: RunningSlot
  readonly #offers: OfferWatch
  readonly #book: ReportBook
  readonly #sender: ReportSender
  readonly #loop: EffectLoop
  readonly #effects: Effects
  readonly #device: AgentDevice
  readonly #listeners = new Set<(news: RunNews) => void>()
  #lastFailure: LastFailure | undefined
  readonly #end = new AbortController()
  readonly #ended = Promise.withResolvers<void>()
  #stopping: Promise<void> | undefined
  /** Everything that reads or writes the record waits here for what came before. */
  readonly #tasks = new RecordTasks((error) => this.#fail(error))
  #sending: Promise<void> = Promise.resolve()
  #news = new AbortController()
  #gauge = new ProgressGauge()
  /** Of the download under way, in percent. */
  #progress: number | undefined
  readonly #onState: ((state: UpdateState) => void) | undefined
  #integrity: Report['integrity']
  /** Does not hold what was installed into it any more; what is offered is installed anew elsewhere. */
  #corruptSlot: SlotName | undefined

  private constructor(ports: Ports, options: RunOptions) {
    const { device, record, inventory, backoff } = options
    this.#ports = ports
    this.#device = device
    this.#onState = options.onState
    this.#ended.promise.catch(() => {
      // Whoever asks for {@link ended} gets it; a run that never began has nobody who asks.
    })
    this.#keeper = new RecordKeeper({
      ports,
      record,
      backoff,
      end: this.#end.signal,
      freeDisk: () => this.#freeDisk(),
    })
    this.#running = new RunningSlot(ports)
    this.#offers = new OfferWatch(device)
    this.#book = new ReportBook({
      ...{ ports, device, inventory, running: this.#running },
      integrity: () => this.#integrity,
    })
    const outbox = {
      outbox: () => this.record.reports.outbox,
      acknowledged: (seq: number) => this.#tasks.take(() => this.#dropReport(seq)),
    }
    this.#sender = new ReportSender(ports, outbox, backoff)
    this.#effects = new Effects({
      ports,
      device,
      record: () => this.record,
      now: () => this.now(),
      running: this.#running,
      progress: (verifiedBytes, update) => this.#noteProgress(verifiedBytes, update),
      news: () => this.#news.signal,
      noticed: () => this.#tell({ event: 'notice' }),
    })
    this.#loop = new EffectLoop({
      ports,
      backoff,
      perform: (effect, signal) => this.#effects.perform(effect, signal),
      onEvent: (event, state) => this.#feed(event, state),
      onRefused: (update, error) => this.#tasks.takeLater(() => this.#refuseOffer(update, error)),
      onDone: ({ name }) => {
        if (name === 'idle') this.#tasks.takeLater(() => this.#reconsider())
      },
      onFailed: (error) => this.#fail(error),
    })
  }

  /**
   * Picks up after a boot of the device: the product runs and the saved state has been entered. On a
   * disk that is full that can take for ever; `signal` ends it, and the product with it.
   */
  static async begin(
    ports: Ports,
    options: RunOptions,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<UpdateRun> {
    const run = new UpdateRun(ports, options)
    const giveUp = () => run.#end.abort()
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      const slot = await run.#running.boot()
      await run.#tasks.take(async () => {
        const told = await run.#book.withPendingEvents(run.record)
        if (told !== run.record) await run.#keeper.save(told)
        if (await run.#apply({ name: 'booted', slot })) return
        const introduced = await run.#book.withIntroduction(run.record)
        if (introduced !== run.record) await run.#keeper.save(introduced)
        await run.#enter()
      })
    } catch (error) {
      if (signal.aborted) await run.stop()
      throw error
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
    run.#sending = run.#sender.run().catch((error) => run.#fail(error))
    return run
  }

  /** Resolves after {@link stop}; rejects when the run cannot go on. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Seconds since 1970, never below the floor (protocol §2.2). */
  now(): number {
    return flooredSeconds(this.#ports.systemClock.systemMs(), this.record.clockFloor)
  }

  get record(): AgentRecord {
    return this.#keeper.record
  }

  /** Which slot runs now. */
  get slot(): SlotName {
    return this.#running.slot
  }

  /** What runs now. */
  get version(): string {
    return this.#running.version
  }

  /** A manifest whose signature, claims and times are verified; its sequence is checked here. */
  acceptManifest(manifest: Manifest, token: string): Promise<void> {
    return this.#tasks.take(async () => {
      const last = this.record.audiences.find(({ audience }) => audience === manifest.aud)
      if (acceptSequence(last, token, manifest.seq) === 'new') {
        const accepted = { audience: manifest.aud, seq: manifest.seq, digest: tokenDigest(token) }
        await this.#keeper.save({
          ...withAcceptedManifest(this.record, accepted),
          // Not ahead of our own clock: many manifests from the near future would carry it years away.
          clockFloor: raiseFloor(this.record.clockFloor, Math.min(manifest.iat, this.now())),
        })
        const facts = { what: 'manifest', audience: manifest.aud, seq: manifest.seq }
        this.#ports.log.write('info', 'verified', { ...facts, offers: manifest.offers.length })
        this.#offers.endRests()
      }
      // A redelivery after a restart is how the manifest comes back into memory.
      this.#offers.hold(manifest)
      await this.#reconsider()
    })
  }

  /** Saves that the command was taken before anything comes of it: it is single use (protocol §6). */
  takeCommand(command: Command, change: Partial<Pick<AgentRecord, 'cohort'>>): Promise<void> {
    return this.#tasks.take(async () => {
      requireNextCommand(this.record.commandSeq, command)
      await this.#keeper.save({ ...this.record, commandSeq: command.seq, ...change })
      if (change.cohort !== undefined) this.#offers.dropCohortManifest()
      const facts = { command: command.command, seq: command.seq }
      const entry = { class: 'security', event: 'command-accepted', by: 'server', facts } as const
      await this.#ports.activity.record(entry)
    })
  }

  /** Something from outside was refused; the state stays as it is (protocol §7). */
  reportRefusal(refused: NonNullable<Report['refused']>, error: unknown): Promise<void> {
    return this.#tasks.take(() => this.#reportRefusal(refused, error))
  }

  /**
   * What a check of the installed software found. `failure` is reported; with `slot`, its release is
   * installed again into the other one as soon as a manifest offers it, through every check there is.
   */
  noteIntegrity(
    integrity: NonNullable<Report['integrity']>,
    found: { readonly failure?: Failure; readonly slot?: SlotName } = {},
  ): Promise<void> {
    return this.#tasks.take(async () => {
      const { failure, slot } = found
      const isNews = this.#integrity !== undefined && this.#integrity !== integrity
      this.#integrity = integrity
      this.#corruptSlot = slot
      if (failure !== undefined || isNews) await this.#reportFinding(failure)
      if (slot === undefined) return
      this.#offers.endRests()
      await this.#reconsider()
    })
  }

  /** Something is amiss on the device that has to do with no update; the state stays. */
  reportFinding(failure: Failure): Promise<void> {
    return this.#tasks.take(() => this.#reportFinding(failure))
  }

  /** Something happened on the device that the server is to hear of; the state stays. */
  reportEvent(event: NonNullable<Report['event']>): Promise<void> {
    return this.#tasks.take(async () => {
      await this.#keeper.save(await this.#book.withReport(this.record, { about: 'state', event }))
      this.#sender.wake()
    })
  }

  /**
   * The owner's word: saved before it has any effect, kept in the activity log, told to the server.
   * RequestError: nothing changed.
   */
  decideAsOwner(decision: OwnersDecision, by: Way): Promise<void> {
    return this.#tasks.take(async () => {
      const { update, allowance } = openUpdateOf(this.#standing())
      const owner = choicesAfter(this.record.owner, decision, {
        now: this.now(),
        ...(update === undefined ? {} : { offered: update.offer.release.path }),
        ...(allowance === undefined ? {} : { allowance }),
      })
      // While its class is still on: that a class was switched off is the last that it says.
      await this.#ports.activity.record(entryOf(decision, by))
      const changed = { ...this.record, owner }
      await this.#keeper.save(await this.#book.withReport(changed, { about: 'state' }))
      if (decision.what === 'change-settings') await this.#switchLog(by)
      this.#tell({ event: 'settings' })
      this.announceNews()
    })
  }

  /** What surfaces show. */
  view(): RunView {
    return viewOf(this.#standing(), this.#device)
  }

  /** Until the returned function is called. `notice` only while the owner wants to be told. */
  onNews(listener: (news: RunNews) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(news: RunNews): void {
    const { notify } = settingsOf(this.record.owner, this.#device.defaults)
    if (news.event === 'notice' && !notify) return
    for (const listener of this.#listeners) listener(news)
  }

  #standing(): RunStanding {
    const { record } = this
    return {
      ...{ now: this.now(), slot: this.slot, version: this.version, record },
      clockUnsure: isClockUnsure(this.#ports.systemClock.systemMs(), record.clockFloor),
      considered: this.#effects.considered,
      integrity: this.#integrity,
      lastFailure: this.#lastFailure,
      progress: this.#progress,
    }
  }

  /** Resolves when everything that waits to change the record now is done. */
  caughtUp(): Promise<void> {
    return this.#tasks.take(async () => {})
  }

  /** A pure change of what is kept; nothing is saved when it returns the very same record. */
  tend(change: (record: AgentRecord, now: number) => AgentRecord): Promise<void> {
    return this.#tasks.take(async () => {
      const after = change(this.record, this.now())
      if (after !== this.record) await this.#keeper.save(after)
    })
  }

  /** The world changed: whoever waits should look again. */
  announceNews(): void {
    this.#news.abort()
    this.#news = new AbortController()
    this.#sender.wake()
    this.#offers.endRests()
    this.#tasks.takeLater(() => this.#reconsider())
  }

  /** Ends the effect under way and the product. What is saved is picked up by the next start. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    this.#end.abort()
    this.#sender.stop()
    await this.#loop.leave()
    await this.#sending
    await this.#tasks.idle()
    await this.#ports.product.stop()
    this.#ended.resolve()
    return this.ended
  }

  #fail(error: unknown): void {
    this.#end.abort()
    this.#loop.abort()
    this.#sender.stop()
    this.#ended.reject(error)
  }

  /** Whether the event meant anything. */
  async #apply(event: UpdateEvent, failure?: Failure): Promise<boolean> {
    const before = this.record
    const after = advance(before, event, this.now())
    if (after === before) return false
    const hasNews = isNews(before.state, after.state)
    const news = { about: 'state', ...(failure === undefined ? {} : { failure }) } as const
    await this.#keeper.save(hasNews ? await this.#book.withReport(after, news) : after)
    if (hasNews) await this.#logChange(before.state, failure)
    if (after.state.name === 'failed' && before.state.name !== 'failed') {
      const { failure: seen, update } = after.state
      this.#lastFailure = { code: seen.code, version: update.offer.release.version, at: this.now() }
    }
    if (hasNews) this.#tell({ event: 'state' })
    this.#sender.wake()
    this.#onState?.(after.state)
    await this.#enter()
    return true
  }

  async #enter(): Promise<void> {
    await this.#loop.leave()
    if (this.#end.signal.aborted) return
    this.#gauge = new ProgressGauge()
    this.#loop.begin(this.record.state)
  }

  /** Not awaited by the effect that ended so: what is before it may have to wait for this very effect. */
  #feed(event: UpdateEvent, from: UpdateState): void {
    this.#tasks.takeLater(async () => {
      if (this.record.state !== from || (await this.#apply(event))) return
      this.#ports.log.write('error', 'stuck', { state: from.name, event: event.name })
    })
  }

  /** Holds what goes on against the manifests in memory. */
  async #reconsider(): Promise<void> {
    const { slot } = this.#running
    const version = slot === this.#corruptSlot ? NOTHING_SOUND : this.#running.version
    const turn = this.#offers.turnFor(this.record, { slot, version, now: this.now() })
    if (turn !== undefined) await this.#apply(turn.event, turn.failure)
  }

  /** Reported, and left alone for a while: the server may repair its metadata, not this offer alone. */
  async #refuseOffer(update: Update, error: unknown): Promise<void> {
    const restMs = this.#offers.rest(update, this.now(), this.#ports.chance.share())
    const overrides = error instanceof TrustError && error.code === 'MANIFEST_OVERRIDES_RELEASE'
    await this.#reportRefusal(overrides ? 'manifest' : 'metadata', error)
    void this.#ports.timer.wait(restMs + 1000, this.#end.signal).then(() => {
      if (!this.#end.signal.aborted) this.#tasks.takeLater(() => this.#reconsider())
    })
  }

  async #reportRefusal(refused: NonNullable<Report['refused']>, error: unknown): Promise<void> {
    const reported = await this.#book.withRefusal(this.record, refused, error)
    if (reported === this.record) return
    await this.#keeper.save(reported)
    this.#sender.wake()
  }

  /** Which classes are off is all that the server hears of it. */
  async #switchLog(by: Way): Promise<void> {
    const { activity } = this.#ports
    const wanted = settingsOf(this.record.owner, this.#device.defaults).logClassesOff
    const before = activity.claim(this.record.reports.log)?.off ?? []
    if (new Set<string>(wanted).symmetricDifference(new Set(before)).size === 0) return
    await activity.setOff(wanted, by)
    await this.#reportFinding(undefined)
  }

  async #reportFinding(failure: Failure | undefined): Promise<void> {
    const news = { about: 'state', ...(failure === undefined ? {} : { failure }) } as const
    await this.#keeper.save(await this.#book.withReport(this.record, news))
    this.#sender.wake()
  }

  #noteProgress(verifiedBytes: number, { offer }: Update): void {
    const nowMs = this.#ports.systemClock.systemMs()
    const progress = this.#gauge.read(verifiedBytes, offer.release.length, nowMs)
    if (progress === undefined) return
    this.#progress = progress
    this.#tell({ event: 'state' })
    this.#tasks.takeLater(async () => {
      if (this.record.state.name !== 'downloading') return
      await this.#keeper.save(
        await this.#book.withReport(this.record, { about: 'progress', progress }),
      )
      this.#sender.wake()
    })
  }

  async #dropReport(seq: number): Promise<void> {
    const { reports } = this.record
    const outbox = withoutReport(reports.outbox, seq)
    await this.#keeper.save({ ...this.record, reports: { ...reports, outbox } })
  }

  /** A full disk is freed of the download, which is the one thing here that can be had again. */
  async #freeDisk(): Promise<void> {
    await this.#loop.leave()
    // Unless the save leads to another state, this one begins its effects anew.
    this.#tasks.takeLater(async () => {
      if (this.#loop.isAborted) await this.#enter()
    })
    try {
      await this.#ports.transfer.discard()
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
    }
  }

  async #logChange(before: UpdateState, failure: Failure | undefined): Promise<void> {
    const { state } = this.record
    const seen = failure ?? ('failure' in state ? state.failure : undefined)
    const level = seen === undefined ? 'info' : 'warning'
    const facts = factsOfChange(before, state, seen)
    this.#ports.log.write(level, 'state', facts)
    const event = eventOfChange(before, state)
    if (event === undefined) return
    await this.#ports.activity.record({ class: 'update', event, by: 'agent', facts })
  }
}
