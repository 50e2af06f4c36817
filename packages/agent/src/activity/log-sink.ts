/**
 * Sends the activity log to somebody's log server: syslog over TLS, RFC 5425. The log itself is the queue,
 * and its bounds are the queue's; what is kept here is how far it was sent. Nobody acknowledges in this
 * protocol, so after a line that broke the last messages are sent again: their `seq` tells.
 */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { makeDirectory, octetCounted, openSyslogLine, writeFileDurably } from '@fleetward/platform'
import { codeOf, DeviceError, Fields, parseJson } from '@fleetward/shared'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import type { Chance, Log, Timer } from '../ports.ts'
import { entryOf } from './chain.ts'
import type { FileActivityLog } from './file-activity-log.ts'
import type { LogSinkSettings } from './log-sink-settings.ts'
import { syslogOf } from './rfc5424.ts'

export interface LogSinkOptions {
  readonly settings: LogSinkSettings
  readonly activity: Pick<FileActivityLog, 'lines' | 'head'>
  readonly device: string
  readonly folder: string
  readonly timer: Timer
  readonly chance: Chance
  readonly backoff: Backoff
  readonly log: Log
  readonly signal: AbortSignal
}

/** So many may have been on their way when a line broke. */
const SENT_AGAIN_COUNT = 50
const CURSOR_MAX_BYTES = 256

export class LogSink {
  readonly #options: LogSinkOptions
  #news = new AbortController()
  /** Number of the last entry that was sent. */
  #cursor = 0
  #savedCursor = 0

  constructor(options: LogSinkOptions) {
    this.#options = options
  }

  /** There are new entries. */
  wake(): void {
    this.#news.abort()
  }

  /** Until the signal aborts; rejects only with what nobody foresaw. */
  async run(): Promise<void> {
    const { signal, timer, backoff, chance, log } = this.#options
    this.#cursor = await this.#loadCursor()
    for (let failures = 0; !signal.aborted; ) {
      await this.#untilNews()
      if (signal.aborted) return
      const begunAt = this.#cursor
      try {
        await this.#sendOverOneLine()
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        const reason = (error as NodeJS.ErrnoException).code
        // What has no code of the system's is a bug of ours.
        if (reason === undefined) throw error
        failures = this.#cursor > begunAt ? 1 : failures + 1
        log.write('info', 'log-sink-failed', { reason, sent: this.#cursor - begunAt })
        this.#cursor = Math.max(begunAt, this.#cursor - SENT_AGAIN_COUNT)
        await timer.wait(backoffMs(failures, backoff, chance.share()), signal)
      }
      await this.#saveCursor()
    }
  }

  async #sendOverOneLine(): Promise<void> {
    const { signal } = this.#options
    const socket = await openSyslogLine(this.#options.settings, this.#options.signal)
    const broken = Promise.withResolvers<never>()
    broken.promise.catch(() => {
      // Whoever sends at that time sees it.
    })
    socket.on('error', broken.reject)
    socket.on('close', () => broken.reject(Object.assign(new Error('closed'), { code: 'CLOSED' })))
    // What a log server says is of no interest, but has to be read for the line to go on.
    socket.resume()
    const end = () => socket.destroy()
    signal.addEventListener('abort', end, { once: true })
    try {
      while (!signal.aborted) {
        await Promise.race([this.#sendAll(socket), broken.promise])
        await this.#saveCursor()
        await Promise.race([this.#untilNews(), broken.promise])
      }
    } finally {
      signal.removeEventListener('abort', end)
      socket.destroy()
    }
  }

  async #sendAll(socket: TLSSocket): Promise<void> {
    const { activity, device } = this.#options
    // Only what no power cut can take: its number may otherwise become another entry's.
    const last = activity.head().seq
    for await (const line of activity.lines(this.#cursor)) {
      const seq = entryOf(line)?.seq ?? 0
      if (seq <= this.#cursor) continue
      if (seq > last) return
      const message = syslogOf(line, device)
      if (message !== undefined && !socket.write(octetCounted(message))) await once(socket, 'drain')
      this.#cursor = seq
    }
  }

  async #untilNews(): Promise<void> {
    const { activity, signal, timer } = this.#options
    // A factory reset begins the log anew.
    if (activity.head().seq < this.#cursor) this.#cursor = 0
    while (!signal.aborted && activity.head().seq <= this.#cursor) {
      this.#news = new AbortController()
      const either = AbortSignal.any([signal, this.#news.signal])
      await timer.wait(Number.POSITIVE_INFINITY, either)
    }
  }

  async #loadCursor(): Promise<number> {
    try {
      const json = parseJson(await readFile(this.#path), CURSOR_MAX_BYTES)
      this.#savedCursor = new Fields(json, 'JSON_INVALID').integer('seq')
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      // All is sent again: too much of a log is better than too little.
      if (!isMissing && codeOf(error) === undefined) throw error
    }
    return this.#savedCursor
  }

  async #saveCursor(): Promise<void> {
    if (this.#cursor === this.#savedCursor) return
    try {
      await makeDirectory(this.#options.folder)
      await writeFileDurably(this.#path, `${JSON.stringify({ seq: this.#cursor })}\n`)
      this.#savedCursor = this.#cursor
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
    }
  }

  get #path(): string {
    return join(this.#options.folder, 'log-sink.json')
  }
}
