/**
 * Sends the audit log to somebody's log server: syslog over TLS, RFC 5425. The log itself is the queue; what is kept
 * here is how far it was sent. Nobody acknowledges in this protocol, so after a line that broke the last messages are
 * sent again: their `seq` tells. Of several servers the one that leads sends.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { type LogServer, octetCounted, openSyslogLine } from '@fleetward/platform'
import type { Logger } from 'pino'
import type { Instances } from '../../instances/instances.ts'
import type { Database } from '../../stores.ts'
import type { SyslogSettings } from '../audit-settings.ts'
import { syslogOf } from './rfc5424.ts'
import { LOG_SERVER } from './told-store.ts'

export interface LogSinkNeeds {
  readonly settings: SyslogSettings
  readonly database: Pick<Database, 'audit' | 'told'>
  readonly instances: Pick<Instances, 'leads'>
  /** Of this server, in the messages. */
  readonly host: string
  readonly log: Logger
  /** How often it looks for new entries, and how it goes on after a failure. */
  readonly pace?: LogSinkPace
}

export interface LogSinkPace {
  readonly lookEveryMs: number
  readonly firstRetryMs: number
  readonly lastRetryMs: number
}

const PACE: LogSinkPace = { lookEveryMs: 1_000, firstRetryMs: 1_000, lastRetryMs: 300_000 }
const BATCH_COUNT = 200
/** So many may have been on their way when a line broke. */
const SENT_AGAIN_COUNT = 50

export class LogSink {
  readonly #needs: LogSinkNeeds
  readonly #pace: LogSinkPace
  readonly #over = new AbortController()
  #running: Promise<void> | undefined
  /** Number of the last entry that was sent. */
  #position = 0

  constructor(needs: LogSinkNeeds) {
    this.#needs = needs
    this.#pace = needs.pace ?? PACE
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#over.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log } = this.#needs
    for (let failures = 0; !this.#over.signal.aborted; ) {
      let begunAt = this.#position
      try {
        if (!(await this.#untilNews())) continue
        begunAt = this.#position
        await this.#sendOverOneLine()
        failures = 0
      } catch (error) {
        if (this.#over.signal.aborted) return
        failures = this.#position > begunAt ? 1 : failures + 1
        const { code, message } = error as NodeJS.ErrnoException
        // Once per outage; the log server's own watch says the rest.
        if (failures === 1) {
          log.warn({ event: 'log-server-away', reason: code ?? message, sent: this.#position })
        }
        await this.#stepBack(begunAt)
        await this.#pause(this.#retryMs(failures))
      }
    }
  }

  async #sendOverOneLine(): Promise<void> {
    const socket = await openSyslogLine(this.#logServer(), this.#over.signal)
    const broken = Promise.withResolvers<never>()
    broken.promise.catch(() => {
      // Whoever sends at that time sees it.
    })
    socket.on('error', broken.reject)
    socket.on('close', () => broken.reject(Object.assign(new Error('closed'), { code: 'CLOSED' })))
    // What a log server says is of no interest, but has to be read for the line to go on.
    socket.resume()
    this.#needs.log.info({ event: 'log-server-reached', sent: this.#position })
    try {
      while (!this.#over.signal.aborted && this.#needs.instances.leads()) {
        await Promise.race([this.#sendAll(socket), broken.promise])
        await Promise.race([this.#untilNews(), broken.promise])
      }
    } finally {
      socket.destroy()
    }
  }

  async #sendAll(socket: TLSSocket): Promise<void> {
    const { database, host } = this.#needs
    for (;;) {
      const lines = await database.audit.lines(this.#position, BATCH_COUNT)
      const last = lines.at(-1)
      if (last === undefined || this.#over.signal.aborted) return
      const bytes = lines.map(({ line }) => octetCounted(syslogOf(line, host))).join('')
      // Resolves once the bytes are with the operating system, and rejects with the line.
      await new Promise<void>((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()))
      })
      this.#position = last.seq
      await database.told.save(LOG_SERVER, last.seq)
    }
  }

  #logServer(): LogServer {
    const { host, port, caFile, certificateFile, keyFile } = this.#needs.settings
    return { host, port, ca: caFile, certificate: certificateFile, key: keyFile }
  }

  /** False: it ends, or another server leads now. */
  async #untilNews(): Promise<boolean> {
    const { database, instances } = this.#needs
    while (!this.#over.signal.aborted) {
      if (instances.leads()) {
        this.#position = await database.told.position(LOG_SERVER)
        if ((await database.audit.head()).seq > this.#position) return true
      } else if (this.#position > 0) {
        this.#position = 0
        return false
      }
      await this.#pause(this.#pace.lookEveryMs)
    }
    return false
  }

  /** What went over the line that broke may not have arrived. */
  async #stepBack(begunAt: number): Promise<void> {
    const position = Math.max(begunAt, this.#position - SENT_AGAIN_COUNT)
    if (position === this.#position) return
    await this.#needs.database.told.save(LOG_SERVER, position).catch((error: unknown) => {
      this.#needs.log.error({ err: error }, 'the position of the log server could not be kept')
    })
  }

  /** Exponential, with a share of chance: servers that lost one log server do not come back at once. */
  #retryMs(failures: number): number {
    const { firstRetryMs, lastRetryMs } = this.#pace
    const most = Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 30))
    return Math.round(most / 2 + (most / 2) * Math.random())
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#over.signal, ref: false }).catch(() => {
      // It ends.
    })
  }
}
