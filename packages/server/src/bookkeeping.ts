/**
 * Keeps the books of the server: the audit log and what was refused, events and whoever hears of them, and what is
 * deleted when its time is over. Put together here and started; server.ts starts and stops it as one.
 */
import { join } from 'node:path'
import type { ErrorRequestHandler } from 'express'
import type { Logger } from 'pino'
import { watchAdvisories } from './advisories/advisory-watch.ts'
import type { OpenPgpKeys } from './advisories/openpgp-keys.ts'
import { lookAtAnchor } from './audit/anchor-watch.ts'
import { AuditKeys } from './audit/audit-keys.ts'
import { LogSink } from './audit/export/log-sink.ts'
import { LOG_SERVER } from './audit/export/told-store.ts'
import { HeadAnchor } from './audit/head-anchor.ts'
import { Refusals } from './audit/refusals.ts'
import { BreakGlass } from './break-glass/break-glass.ts'
import { watchCases } from './cases/case-watch.ts'
import { suggestCases } from './cases/suggestion-watch.ts'
import { watchDisclosure } from './disclosure/disclosure-watch.ts'
import { EventStreams } from './events/event-streams.ts'
import { EventTail } from './events/event-tail.ts'
import { FindingWatch } from './findings/finding-watch.ts'
import { type Authenticate, firstOf } from './http/door/guard.ts'
import type { Instances } from './instances/instances.ts'
import type { MailRoutesNeeds } from './mail/mail-routes.ts'
import { openMail } from './mail/open-mail.ts'
import { Opened } from './opened.ts'
import { type ArtifactStore, type Clock, secondsOf } from './ports.ts'
import { SupportClock } from './product-facts/support-clock.ts'
import { repeated } from './repeated.ts'
import { RetentionJob } from './retention/retention-job.ts'
import type { RetentionSettings } from './retention/retention-settings.ts'
import { ReviewClock } from './risks/review-clock.ts'
import type { Seal } from './secrets/seal.ts'
import type { Settings } from './settings.ts'
import type { Database } from './stores.ts'
import { openWebhooks } from './webhooks/open-webhooks.ts'
import type { WebhookRoutesNeeds } from './webhooks/webhook-routes.ts'

/** In the data folder. */
const HEAD_FILE = 'audit-head'
/** What is only counted, or only in memory, is written down that often. */
const TICK_MS = 5_000
/** The use of the break-glass account is said again until somebody has looked at it. */
const REMINDER_MS = 3_600_000
/** A run is due once a day; the first one some minutes after the start, when devices are back. */
const RETENTION_LOOK_MS = 600_000
/** Ends of support are months, days of reviews are days. */
const PRODUCT_LOOK_MS = 600_000
/** Reporters are promised hours. */
const DISCLOSURE_LOOK_MS = 300_000
/** A release that fixes something may be minutes old when its advisory is public. */
const ADVISORIES_LOOK_MS = 60_000
/** A release that came in or a feed is matched within that; a look that finds nothing costs some queries. */
const FINDING_LOOK_MS = 60_000
/** The shortest lead of a reminder is an hour. */
const CASES_LOOK_MS = 60_000
const SUGGESTIONS_LOOK_MS = 600_000
/** Somebody waits for the link that confirms. */
const MAILS_LOOK_MS = 5_000

export interface BookkeepingNeeds {
  readonly settings: Settings
  readonly database: Database
  readonly instances: Instances
  readonly artifacts: ArtifactStore
  readonly seal: Seal
  readonly openPgpKeys: OpenPgpKeys
  /** Every way to say who is calling: asked again while a live view is open. */
  readonly callers: readonly Authenticate[]
  readonly clock: Clock
  readonly log: Logger
  /** Origin of the public listener. */
  readonly publicBase: string
}

/** What the routes of the books work with. */
export interface Books {
  readonly auditKeys: AuditKeys
  readonly streams: EventStreams
  readonly webhooks: WebhookRoutesNeeds
  readonly mail: MailRoutesNeeds
  readonly retention: RetentionSettings
  readonly breakGlass: BreakGlass
  /** A feed came in, or a release. */
  readonly matchSoon: () => void
  /** What this server calls itself in syslog messages. */
  readonly host: string
}

export interface Bookkeeping {
  readonly books: Books
  /** Before the handler that answers. */
  readonly refusals: ErrorRequestHandler
  /** What time brings, now. */
  tick(): Promise<void>
  /** Before the listener is closed, which waits for whoever is connected. */
  endStreams(): void
  stop(): Promise<void>
}

export async function openBookkeeping(needs: BookkeepingNeeds): Promise<Bookkeeping> {
  const { settings, database, artifacts, instances, seal, callers, clock, log } = needs
  const { openPgpKeys: keys, publicBase } = needs
  const host = settings.host[0] ?? 'fleetward'
  const now = () => secondsOf(clock)
  const auditKeys = new AuditKeys(database, seal)
  await auditKeys.ensure(now())
  const anchor = new HeadAnchor({
    ...{ file: join(settings.dataFolder, HEAD_FILE), database, keys: auditKeys },
  })
  await lookAtAnchor({ anchor, database, log }, now())

  const tail = new EventTail({ events: database.events, instances, log })
  await tail.start()
  const streams = new EventStreams({
    tail,
    rightsNow: async (request) => (await firstOf(callers)(request))?.rights,
  })

  const { routes: webhooks, worker } = await openWebhooks({
    ...{ settings: settings.webhooks, production: settings.production },
    ...{ database, tail, instances, seal, clock, log },
  })
  worker.start()

  const breakGlass = new BreakGlass({ database, clock })
  const reminders = repeated({ everyMs: REMINDER_MS, log, what: 'reminding' }, async () => {
    for (const { id, usedAt } of await breakGlass.alarms()) {
      log.warn({ event: 'break-glass-used', use: id, usedAt }, 'nobody has acknowledged this yet')
    }
  })
  const refusals = new Refusals({ database, clock, log })
  const { syslog } = settings.audit
  const retention = new RetentionJob({
    ...{ settings: settings.retention, database, auditKeys, instances, clock, log },
    sentUpTo: async () =>
      syslog === undefined ? Number.MAX_SAFE_INTEGER : database.told.position(LOG_SERVER),
  })
  const deletions = repeated({ everyMs: RETENTION_LOOK_MS, log, what: 'deleting' }, () =>
    retention.tick(),
  )

  const supportClock = new SupportClock({ database, instances, clock })
  const reviewClock = new ReviewClock({ database, instances, clock })
  const lookAtProducts = async () => {
    await supportClock.tick()
    await reviewClock.tick()
  }
  const productLooks = repeated(
    { everyMs: PRODUCT_LOOK_MS, log, what: 'looking at products' },
    lookAtProducts,
  )

  const disclosure = repeated({ everyMs: DISCLOSURE_LOOK_MS, log, what: 'disclosure' }, () =>
    watchDisclosure({ database, instances, clock, keys }),
  )

  const lookAtAdvisories = () =>
    watchAdvisories({ database, instances, clock, keys, publicBase, log })
  const advisories = repeated(
    { everyMs: ADVISORIES_LOOK_MS, log, what: 'advisories' },
    lookAtAdvisories,
  )

  const findingWatch = new FindingWatch({ database, artifacts, instances, clock, log })
  const findings = repeated({ everyMs: FINDING_LOOK_MS, log, what: 'matching' }, () =>
    findingWatch.tick(),
  )
  const cases = repeated({ everyMs: CASES_LOOK_MS, log, what: 'cases' }, () =>
    watchCases({ database, instances, clock }),
  )
  const suggestions = repeated({ everyMs: SUGGESTIONS_LOOK_MS, log, what: 'suggestions' }, () =>
    suggestCases({ database, instances, clock }),
  )

  const mail = await openMail({
    ...{ settings: settings.mail, production: settings.production },
    ...{ deliveriesDays: settings.retention.deliveriesDays, isOnHold: settings.retention.hold },
    ...{ database, instances, seal, clock, log, publicBase: () => publicBase },
  })
  const mails = repeated({ everyMs: MAILS_LOOK_MS, log, what: 'mail' }, () => mail.look())

  const tick = async () => {
    await refusals.tick()
    await anchor.write(now())
  }
  const ticks = repeated({ everyMs: TICK_MS, log, what: 'bookkeeping' }, tick)
  const sink =
    syslog === undefined
      ? undefined
      : new LogSink({ settings: syslog, database, instances, host, log })
  sink?.start()
  const opened = new Opened()
  // Closed from the last to the first. The head is written by the first look after the next start otherwise.
  opened.add('audit head', () => anchor.write(now()))
  opened.add('refused attempts', () => refusals.stop())
  opened.add('log server', async () => sink?.stop())
  opened.add('events', () => tail.stop())
  opened.add('webhooks', () => worker.stop())
  opened.add('bookkeeping', () => ticks.stop())
  opened.add('retention', async () => {
    retention.stop()
    await deletions.stop()
  })
  opened.add('looks at products', () => productLooks.stop())
  opened.add('disclosure', () => disclosure.stop())
  opened.add('advisories', () => advisories.stop())
  opened.add('matching', async () => {
    await findingWatch.stop()
    await findings.stop()
  })
  opened.add('cases', async () => {
    await cases.stop()
    await suggestions.stop()
  })
  opened.add('reminders', () => reminders.stop())
  opened.add('mail', async () => {
    mail.stop()
    await mails.stop()
  })
  opened.add('live views', async () => streams.endAll())
  return {
    books: {
      ...{ auditKeys, streams, webhooks, host, retention: settings.retention, breakGlass },
      mail: mail.routes,
      matchSoon: () => findings.soon(),
    },
    refusals: refusals.handler,
    tick: async () => {
      await tick()
      await lookAtProducts()
      await watchDisclosure({ database, instances, clock, keys })
      await lookAtAdvisories()
      await findingWatch.tick()
      await watchCases({ database, instances, clock })
      await suggestCases({ database, instances, clock })
      await tail.look()
      await mail.look()
      await worker.look()
      await worker.settled()
    },
    endStreams: () => streams.endAll(),
    stop: () => opened.closeAll(),
  }
}
