/**
 * The activity log on the disk: a hash chain in bounded segments. Nothing that goes wrong with it
 * stops the agent: what cannot be kept is counted, and the count is kept as soon as something can be.
 */
import { DeviceError, type Facts, type LogClaim, type LogHead } from '@fleetward/shared'
import { ACTIVITY_CLASSES } from '../core/activity-classes.ts'
import type { ActivityClass, ActivityLog, Log, SystemClock, Way } from '../ports.ts'
import { TaskQueue } from '../task-queue.ts'
import { type ChainBreak, ChainReader, entryOf } from './chain.ts'
import { type EntryClass, rulesOf } from './classes.ts'
import { encodeEntry, hashOf, type LogEntry } from './entry.ts'
import { RateGate } from './rate-gate.ts'
import { RetentionWatch } from './retention.ts'
import { SegmentFiles } from './segment-files.ts'

export interface LogBounds {
  readonly segmentBytes: number
  readonly segmentsMaxCount: number
}

/** 2 MiB in all: some ten thousand entries, years of a device that nobody floods. */
export const LOG_BOUNDS: LogBounds = { segmentBytes: 256 * 1024, segmentsMaxCount: 8 }
/** Of those classes an entry may push out the oldest segment of a full disk, but not the last two. */
const WORTH_SPACE: ReadonlySet<EntryClass> = new Set(ACTIVITY_CLASSES.slice(0, 4))
const SEGMENTS_LEFT_COUNT = 2
const SYNC_AFTER_MS = 1000
const TEND_EVERY_MS = 60_000
const HOUR_MS = 3_600_000
const CLAIMED_MAX_COUNT = 16

export interface FileActivityLogOptions {
  readonly folder: string
  readonly systemClock: SystemClock
  /** Of a clock that nobody sets. */
  readonly uptimeMs: () => number
  readonly log: Log
  readonly retentionDays: number
  /** As the owner decided. */
  readonly off?: readonly ActivityClass[]
  /** The head that the server was last told; what the log says now must agree with it. */
  readonly told?: LogHead | undefined
  readonly bounds?: LogBounds
  /** The files, exchanged in tests for some on a disk without room. */
  readonly files?: SegmentFiles
  /** After entries that no power cut can take any more. */
  readonly onDurable?: () => void
}

interface Wish {
  readonly class: EntryClass
  readonly event: string
  readonly by: Way
  readonly facts?: Facts
}

export class FileActivityLog implements ActivityLog {
  readonly #options: FileActivityLogOptions
  readonly #files: SegmentFiles
  readonly #bounds: LogBounds
  readonly #gates: ReadonlyMap<ActivityClass, RateGate>
  readonly #retention: RetentionWatch
  readonly #dropped = new Map<ActivityClass, number>()
  readonly #tending: NodeJS.Timeout
  #off: ReadonlySet<ActivityClass> = new Set()
  readonly #queue = new TaskQueue()
  #head: LogHead = { seq: 0, hash: '' }
  #durable: LogHead = this.#head
  /** Whether {@link FileActivityLogOptions.told} is in the log. */
  #hasTold = false
  /** Heads that reports of this run carry; more than are ever between two reports. */
  #claimed: LogHead[] = []
  /** What the server knew of the chain that a factory reset erased. */
  #restartedFrom: LogHead | undefined
  #isLoaded = false
  #broken: ChainBreak | undefined
  #syncing: NodeJS.Timeout | undefined

  private constructor(options: FileActivityLogOptions) {
    this.#options = options
    this.#files = options.files ?? new SegmentFiles(options.folder)
    this.#bounds = options.bounds ?? LOG_BOUNDS
    this.#retention = new RetentionWatch(options.retentionDays)
    const now = options.uptimeMs()
    this.#gates = new Map(ACTIVITY_CLASSES.map((name) => [name, new RateGate(rulesOf(name), now)]))
    this.#tending = setInterval(() => void this.tend(), TEND_EVERY_MS)
    this.#tending.unref()
  }

  static async open(options: FileActivityLogOptions): Promise<FileActivityLog> {
    const activity = new FileActivityLog(options)
    await activity.#afterOthers(() => activity.#load())
    const { off = [] } = options
    // A switch that a power cut kept from being recorded.
    if (activity.#off.symmetricDifference(new Set(off)).size > 0) {
      await activity.setOff(off, 'agent')
    }
    return activity
  }

  async record({ class: entryClass, event, by, facts }: Parameters<ActivityLog['record']>[0]) {
    if (this.#off.has(entryClass)) return
    if (!this.#gates.get(entryClass)?.take(this.#options.uptimeMs())) return
    await this.#afterOthers(async () => {
      // Switched off while this one waited.
      if (this.#off.has(entryClass)) return
      await this.#noteLosses()
      await this.#keep({ class: entryClass, event, by, ...(facts === undefined ? {} : { facts }) })
      if (rulesOf(entryClass).durable) await this.#sync()
      else this.#syncSoon()
    })
  }

  /** What was amiss with the log when it was opened. */
  get broken(): ChainBreak | undefined {
    return this.#broken
  }

  /** Of the last entry that a power cut cannot take. */
  head(): LogHead {
    return this.#durable
  }

  /** For a report (protocol §7); undefined while the log cannot be read. */
  claim(told: LogHead | undefined): LogClaim | undefined {
    if (!this.#isLoaded) return undefined
    const { seq, hash } = this.#durable
    const off = ACTIVITY_CLASSES.filter((name) => this.#off.has(name))
    const isKnown = told !== undefined && told.seq > 0 && this.#holds(told)
    this.#claimed = [...this.#claimed, { seq, hash }].slice(-CLAIMED_MAX_COUNT)
    return {
      seq,
      hash,
      ...(isKnown ? { since: told } : {}),
      ...(this.#restartedFrom === undefined ? {} : { restartedFrom: this.#restartedFrom }),
      ...(off.length === 0 ? {} : { off }),
    }
  }

  /** The switch is the last entry of a class that goes off, and the first of one that comes back. */
  async setOff(classes: readonly ActivityClass[], by: Way): Promise<void> {
    await this.#afterOthers(async () => {
      const wanted = new Set(classes)
      for (const name of ACTIVITY_CLASSES) {
        if (wanted.has(name) === this.#off.has(name)) continue
        const event = wanted.has(name) ? 'logging-off' : 'logging-on'
        await this.#noteLosses()
        await this.#keep({ class: 'log', event, by, facts: { class: name } })
        const off = new Set(this.#off)
        if (wanted.has(name)) off.add(name)
        else off.delete(name)
        this.#off = off
        // What a flood left uncounted of a class that is off is nobody's business any more.
        if (wanted.has(name)) this.#gates.get(name)?.takeRest()
        if (wanted.has(name)) this.#dropped.delete(name)
      }
      await this.#sync()
    })
  }

  /**
   * A factory reset: a new chain, which names the head of the one that was erased. Safe to repeat.
   * DeviceError: the old one is still there.
   */
  restart(by: Way = 'agent'): Promise<void> {
    return this.#queue.take(async () => {
      const { seq, hash } = this.#head
      // A reset that is finished after a power cut erases a chain that the server never heard of.
      const told = this.#claimed.at(-1) ?? this.#options.told ?? { seq: 0, hash: '' }
      const facts = { seq, hash, toldSeq: told.seq, toldHash: told.hash }
      const line = encodeEntry({
        ...this.#stamp({ class: 'log', event: 'log-restarted', by, facts }),
        seq: 1,
        prev: '',
      })
      await this.#files.replaceAll(line)
      this.#off = new Set()
      this.#head = { seq: 1, hash: hashOf(line) }
      this.#durable = this.#head
      this.#restartedFrom = told.seq === 0 ? undefined : told
      this.#hasTold = false
      this.#claimed = []
    })
  }

  /** Oldest first, those behind `after`. */
  async entries(after: number, limit: number): Promise<LogEntry[]> {
    const found: LogEntry[] = []
    for await (const line of this.lines(after)) {
      const entry = entryOf(line)
      if (entry !== undefined && entry.seq > after) found.push(entry)
      if (found.length >= limit) break
    }
    return found
  }

  /** The last ones, oldest first. */
  newest(limit: number): Promise<LogEntry[]> {
    return this.entries(Math.max(0, this.#head.seq - limit), limit)
  }

  /** As they lie on the disk, oldest first; of the segments that can hold entries behind `after`. */
  async *lines(after = 0): AsyncGenerator<string> {
    const segments = this.#files.segments.slice()
    for (const [index, segment] of segments.entries()) {
      const next = segments[index + 1]
      if (next !== undefined && next.firstSeq <= after + 1) continue
      // One that was dropped or replaced meanwhile is no longer there to be read.
      const { lines } = await this.#files.read(segment).catch(() => ({ lines: [] }))
      yield* lines
    }
  }

  async verify(known?: LogHead): Promise<ReturnType<ChainReader['end']>> {
    const chain = new ChainReader(known)
    for await (const line of this.lines()) chain.take(line)
    return chain.end()
  }

  /** What has to be done now and then: says what a flood cost, and lets go of what is too old. */
  async tend(): Promise<void> {
    await this.#afterOthers(async () => {
      await this.#noteLosses()
      await this.#retain()
      await this.#sync()
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#tending)
    clearTimeout(this.#syncing)
    await this.#afterOthers(async () => {
      await this.#noteLosses(true)
      await this.#sync()
      await this.#files.close()
    })
  }

  async #load(): Promise<void> {
    const { log, told } = this.#options
    try {
      await this.#files.load()
      const { chain, tornBytes, openedEnd } = await this.#readAll()
      if (tornBytes > 0) await this.#files.cut(openedEnd)
      this.#head = chain.head
      this.#durable = chain.head
      this.#off = chain.off
      this.#restartedFrom = restartOf(chain.first)
      this.#isLoaded = true
      const { broken } = chain.end()
      const isToldAmiss = broken?.flaw.startsWith('known head') === true
      this.#hasTold = told !== undefined && told.seq <= chain.head.seq && !isToldAmiss
      if (tornBytes > 0) await this.#keepOfLog('log-repaired', { bytes: tornBytes })
      // After a reset the head that the server knows is of the chain before.
      if (broken !== undefined && !(isToldAmiss && told?.seq === this.#restartedFrom?.seq)) {
        this.#broken = broken
        log.write('error', 'activity-log-altered', { seq: broken.seq, flaw: broken.flaw })
        await this.#keepOfLog('log-altered', { seq: broken.seq, flaw: broken.flaw })
      }
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
      log.write('error', 'activity-log-not-opened', { code: error.code, ...error.facts })
    }
  }

  async #readAll() {
    const chain = new ChainReader(this.#options.told)
    const segments = this.#files.segments.slice()
    let torn = 0
    let end = 0
    for (const [index, segment] of segments.entries()) {
      const { lines, tornBytes } = await this.#files.read(segment)
      const isLast = index === segments.length - 1
      // A power cut can leave lines of zeros or of half a write at the end, and only there.
      const whole = isLast ? lines.findLastIndex((line) => entryOf(line) !== undefined) + 1 : 0
      const good = isLast ? lines.slice(0, whole) : lines
      for (const line of good) {
        const entry = chain.take(line)
        this.#retention.note(segment.firstSeq, entry?.time)
        if (entry !== undefined) this.#charge(entry)
      }
      if (!isLast) continue
      end = good.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
      torn = tornBytes + segment.bytes - tornBytes - end
    }
    return { chain, tornBytes: torn, openedEnd: end }
  }

  /** A device that starts over and over must not fill its log with that. */
  #charge({ class: entryClass, time }: LogEntry): void {
    const ageMs = this.#options.systemClock.systemMs() - Date.parse(time)
    if (entryClass === 'log' || Math.abs(ageMs) > HOUR_MS) return
    this.#gates.get(entryClass)?.charge(1)
  }

  /** Once the disk has room or the flood is over. */
  async #noteLosses(isEnd = false): Promise<void> {
    for (const [name, gate] of this.#gates) {
      if (this.#off.has(name)) continue
      const count = isEnd ? gate.takeRest() : gate.takeSuppressed(this.#options.uptimeMs())
      if (count > 0) await this.#keepOfLog('entries-suppressed', { class: name, count })
    }
    if (this.#dropped.size === 0) return
    const lost = new Map(this.#dropped)
    this.#dropped.clear()
    if (await this.#keepOfLog('entries-dropped', Object.fromEntries(lost))) return
    for (const [name, count] of lost) this.#addDropped(name, count)
  }

  #keepOfLog(event: string, facts: Facts): Promise<boolean> {
    if (this.#off.size === ACTIVITY_CLASSES.length) return Promise.resolve(true)
    return this.#keep({ class: 'log', event, by: 'agent', facts })
  }

  /** Whether it is in the file. What has no place is counted. */
  async #keep(wish: Wish): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (!this.#isLoaded) throw new DeviceError('DISK_FAILED', { folder: this.#options.folder })
        await this.#append(wish)
        return true
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error
        const canMakeRoom = error.code === 'DISK_FULL' && WORTH_SPACE.has(wish.class)
        if (attempt === 1 && canMakeRoom && (await this.#makeRoom())) continue
        if (wish.class !== 'log') this.#addDropped(wish.class, 1)
        this.#options.log.write('error', 'activity-dropped', { code: error.code, ...error.facts })
        return false
      }
    }
  }

  async #append(wish: Wish): Promise<void> {
    const line = this.#lineOf(wish)
    const segment = this.#files.segments.at(-1)
    const isFull = (segment?.bytes ?? 0) + line.length > this.#bounds.segmentBytes
    if (segment === undefined || isFull || this.#isOld(segment.firstSeq)) {
      await this.#beginSegment()
      await this.#appendLine(this.#lineOf(wish))
    } else await this.#appendLine(line)
  }

  async #beginSegment(): Promise<void> {
    // What follows stands on it.
    await this.#sync()
    const previous = this.#files.segments.at(-1)
    await this.#files.begin(this.#head.seq + 1)
    const off = [...this.#off].join(' ')
    const facts = off === '' ? {} : { off }
    const wish: Wish = { class: 'log', event: 'segment-started', by: 'agent', facts }
    try {
      await this.#appendLine(this.#lineOf(wish))
    } catch (error) {
      await this.#files.cut(0)
      throw error
    }
    if (previous === undefined) return
    while (this.#files.segments.length > this.#bounds.segmentsMaxCount) {
      await this.#files.dropOldest()
    }
  }

  async #appendLine(line: string): Promise<void> {
    await this.#files.append(line)
    this.#head = { seq: this.#head.seq + 1, hash: hashOf(line) }
    const segment = this.#files.segments.at(-1)
    const time = new Date(this.#options.systemClock.systemMs()).toISOString()
    if (segment !== undefined) this.#retention.note(segment.firstSeq, time)
  }

  async #makeRoom(): Promise<boolean> {
    if (this.#files.segments.length <= SEGMENTS_LEFT_COUNT) return false
    await this.#files.dropOldest()
    return true
  }

  #isOld(firstSeq: number): boolean {
    return this.#retention.shouldEnd(firstSeq, this.#options.systemClock.systemMs())
  }

  async #retain(): Promise<void> {
    const { systemClock, uptimeMs } = this.#options
    const oldest = this.#files.segments[0]
    if (oldest === undefined || !this.#isLoaded) return
    if (!this.#retention.isDue(oldest.firstSeq, systemClock.systemMs(), uptimeMs())) return
    try {
      if (this.#files.segments.length === 1) await this.#beginSegment()
      await this.#files.dropOldest()
      this.#retention.dropped(oldest.firstSeq, uptimeMs())
    } catch (error) {
      // On a full or failing disk it is tried again.
      if (!(error instanceof DeviceError)) throw error
    }
  }

  #lineOf(wish: Wish): string {
    const { seq, hash } = this.#head
    return encodeEntry({ ...this.#stamp(wish), seq: seq + 1, prev: hash })
  }

  #stamp({ class: entryClass, event, by, facts = {} }: Wish): Omit<LogEntry, 'seq' | 'prev'> {
    const { systemClock, uptimeMs } = this.#options
    const time = new Date(systemClock.systemMs()).toISOString()
    return { time, uptimeMs: Math.floor(uptimeMs()), class: entryClass, event, by, facts }
  }

  async #sync(): Promise<void> {
    const head = this.#head
    if (head === this.#durable) return
    try {
      await this.#files.sync()
      this.#durable = head
      this.#options.onDurable?.()
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
      this.#options.log.write('error', 'activity-not-synced', { code: error.code, ...error.facts })
    }
  }

  #syncSoon(): void {
    if (this.#syncing !== undefined) return
    this.#syncing = setTimeout(() => {
      this.#syncing = undefined
      void this.#afterOthers(() => this.#sync())
    }, SYNC_AFTER_MS)
    this.#syncing.unref()
  }

  #holds({ seq, hash }: LogHead): boolean {
    const isOfThisRun = this.#claimed.some((head) => head.seq === seq && head.hash === hash)
    return isOfThisRun || (this.#hasTold && seq === this.#options.told?.seq)
  }

  #addDropped(name: ActivityClass, count: number): void {
    this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + count)
  }

  async #afterOthers(task: () => Promise<void>): Promise<void> {
    await this.#queue.take(task).catch((error: unknown) => {
      // A log must not end what it is the log of.
      const reason = error instanceof Error ? error.message : String(error)
      this.#options.log.write('error', 'activity-log-failed', { reason })
    })
  }
}

function restartOf(first: LogEntry | undefined): LogHead | undefined {
  if (first?.event !== 'log-restarted') return undefined
  const { toldSeq, toldHash } = first.facts
  if (typeof toldSeq !== 'number' || toldSeq === 0) return undefined
  return { seq: toldSeq, hash: String(toldHash) }
}
