/**
 * Keeps the books of the server: the audit log and what was refused, events and whoever hears of them, and what is
 * deleted when its time is over. Put together here and started; server.ts starts and stops it as one.
 */
import { join } from 'node:path'
import type { ErrorRequestHandler } from 'express'
import type { Logger } from 'pino'
import { lookAtAnchor } from './audit/anchor-watch.ts'
import { AuditKeys } from './audit/audit-keys.ts'
import { HeadAnchor } from './audit/head-anchor.ts'
import { LogSink } from './audit/log-sink.ts'
import { Refusals } from './audit/refusals.ts'
import type { Instances } from './instances/instances.ts'
import type { Clock } from './ports.ts'
import { repeated } from './repeated.ts'
import type { Seal } from './secrets/seal.ts'
import type { Settings } from './settings.ts'
import type { Database } from './stores.ts'

/** In the data folder. */
const HEAD_FILE = 'audit-head'
/** What is only counted, or only in memory, is written down that often. */
const TICK_MS = 5_000

export interface BookkeepingNeeds {
  readonly settings: Settings
  readonly database: Database
  readonly instances: Instances
  readonly seal: Seal
  readonly clock: Clock
  readonly log: Logger
}

/** What the routes of the books work with. */
export interface Books {
  readonly auditKeys: AuditKeys
  /** What this server calls itself in syslog messages. */
  readonly host: string
}

export interface Bookkeeping {
  readonly books: Books
  /** Before the handler that answers. */
  readonly refusals: ErrorRequestHandler
  /** What time brings, now. */
  tick(): Promise<void>
  stop(): Promise<void>
}

export async function openBookkeeping(needs: BookkeepingNeeds): Promise<Bookkeeping> {
  const { settings, database, instances, seal, clock, log } = needs
  const host = settings.host[0] ?? 'fleetward'
  const now = () => Math.floor(clock.now().getTime() / 1000)
  const auditKeys = new AuditKeys(database, seal)
  await auditKeys.ensure(now())
  const anchor = new HeadAnchor({
    ...{ file: join(settings.dataFolder, HEAD_FILE), database, keys: auditKeys },
  })
  await lookAtAnchor({ anchor, database, log }, now())

  const refusals = new Refusals({ database, clock, log })
  const tick = async () => {
    await refusals.tick()
    await anchor.write(now())
  }
  const ticks = repeated({ everyMs: TICK_MS, log, what: 'bookkeeping' }, tick)
  const { syslog } = settings.audit
  const sink =
    syslog === undefined
      ? undefined
      : new LogSink({ settings: syslog, database, instances, host, log })
  sink?.start()
  return {
    books: { auditKeys, host },
    refusals: refusals.handler,
    tick,
    stop: async () => {
      await ticks.stop()
      await sink?.stop()
      await refusals.stop()
      await anchor.write(now())
    },
  }
}
