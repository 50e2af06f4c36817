/** What is: the device, its update, its owner's settings. */
import {
  compareVersions,
  type FactoryFacts,
  type Json,
  type SupportNotice,
  supportNoticesDue,
} from '@fleetward/shared'
import type { UpdateRun } from '../run/update-run.ts'
import type { LocalRoute } from './route.ts'
import { noticeJson, rememberedJson } from './update-json.ts'

export interface StatusOptions {
  readonly run: UpdateRun
  readonly device: {
    readonly product: string
    readonly device: string
    readonly compatible: string
  }
  readonly facts: FactoryFacts
  readonly agentVersion: string
  line(): 'mqtt' | 'https' | 'offline'
  /** Seconds since 1970. */
  lastServerContact(): number | undefined
  metadata(): { root: number; timestamp: number; snapshot: number; targets: number }
}

export function statusRoutes(options: StatusOptions): LocalRoute[] {
  return [
    {
      method: 'GET',
      path: '/1/status',
      summary: 'The device, what runs, what it waits for, and what its owner has set.',
      forPage: true,
      answer: async () => ({ json: statusJson(options) }),
    },
    {
      method: 'GET',
      path: '/1/updates',
      summary: 'Updates the owner has a say in, and those that failed.',
      forPage: true,
      answer: async () => {
        const { notice, record } = options.run.view()
        return {
          json: {
            notices: notice === undefined ? [] : [noticeJson(notice)],
            remembered: record.failedOffers.map(rememberedJson),
          },
        }
      },
    },
  ]
}

function statusJson(options: StatusOptions): Json {
  const { run, device, agentVersion } = options
  const { manufacturer, model, supportEndsOn, securityContact } = options.facts
  const view = run.view()
  const { record, settings, notice } = view
  const { state, owner } = record
  const { pageLocalNetwork, ...shown } = settings
  const support =
    supportEndsOn === undefined ? undefined : supportNoticesDue(supportEndsOn, view.now).at(-1)
  return json({
    ...device,
    ...{ manufacturer, model, supportEndsOn, securityContact },
    ...(supportEndsOn === undefined ? {} : { supportEnded: support === 0 }),
    supportNotice: support,
    now: view.now,
    version: view.version,
    slot: view.slot,
    securityCounter: record.securityCounter,
    cohort: record.cohort,
    state: state.name,
    waitingFor: 'waitingFor' in state ? state.waitingFor : undefined,
    waitingUntil: view.waitingUntil,
    progress: view.progress,
    updatingTo: 'update' in state ? state.update.offer.release.version : undefined,
    agent: agentVersion,
    line: options.line(),
    lastServerContact: options.lastServerContact(),
    metadata: options.metadata(),
    clockUnsure: view.clockUnsure,
    owner: {
      ...shown,
      page: { localNetwork: pageLocalNetwork },
      optedOut:
        owner.optedOutUntil === undefined || isOver(owner.optedOutUntil, view.now)
          ? undefined
          : { since: owner.optedOutSince ?? 0, until: owner.optedOutUntil },
      postponed: owner.postponed,
    },
    notice: notice === undefined ? undefined : noticeJson(notice),
    lastFailure: view.lastFailure,
    reportsWaiting: record.reports.outbox.length,
    integrity: { state: view.integrity ?? 'unknown' },
    hints: hintsOf(view.version, support, owner.optedOutUntil !== undefined),
  })
}

/** Words of a catalogue, which every surface says in its own language. */
function hintsOf(
  version: string,
  support: SupportNotice | undefined,
  isOptedOut: boolean,
): string[] {
  return [
    ...(compareVersions(version, '0.0.0') === 0 ? ['nothing-installed'] : []),
    ...(support === 0 ? ['support-ended'] : []),
    ...(support !== undefined && support > 0 ? ['support-ending'] : []),
    ...(isOptedOut ? ['opted-out'] : []),
  ]
}

const isOver = (until: number | 'forever', now: number) => until !== 'forever' && until <= now

/** What is undefined is left out, as in all our JSON. */
function json(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}
