/**
 * What an owner is told of an update before it installs (ETSI EN 303 645 5.3-11 and 5.3-12; CRA P-056): what, why,
 * how severe, how long it takes, whether anything restarts, until when it can be put off. Pure.
 */
import type { Offer, VerifiedRelease, WaitingFor } from '@fleetward/shared'
import type { Allowance } from './postponement.ts'
import type { UpdateState } from './update-machine.ts'

/** All times in seconds since 1970. */
export interface Notice {
  readonly path: string
  readonly version: string
  readonly kind: Offer['release']['kind']
  readonly what: string
  readonly why: { readonly fixes: readonly string[]; readonly advisories: readonly string[] }
  readonly severity: Offer['notice']['severity']
  readonly url?: string
  readonly lengthBytes: number
  readonly expectedSeconds: number
  /** What is interrupted while it installs. */
  readonly restarts: 'product' | 'device'
  readonly firstNoticeAt: number
  readonly state: UpdateState['name']
  readonly waitingFor?: WaitingFor
  readonly startsAt?: number
  readonly deadline?: number
  readonly postponement: Allowance
}

export interface NoticeSituation {
  readonly state: Extract<UpdateState, { name: 'offered' | 'downloading' | 'installing' }>
  readonly release: VerifiedRelease
  readonly firstNotice: number
  readonly allowance: Allowance
  readonly deadline?: number
  /** When the wait ends at the latest. */
  readonly waitingUntil?: number
  readonly restarts: Notice['restarts']
  /** Of the download; undefined without a limit. */
  readonly bytesPerSecond?: number
}

/** Cautious: a home's line and a slow flash. Being done earlier annoys nobody. */
const LINE_BYTES_PER_SECOND = 1_000_000
const FLASH_BYTES_PER_SECOND = 10_000_000
/** Two starts of the product and its self-test. */
const RESTART_SECONDS = 30

export function noticeOf(situation: NoticeSituation): Notice {
  const { state, release, firstNotice, allowance, deadline, waitingUntil, restarts } = situation
  const { notice } = state.update.offer
  const waitingFor = 'waitingFor' in state ? state.waitingFor : undefined
  return {
    path: release.path,
    version: release.version,
    kind: release.kind,
    what: notice.summary,
    why: {
      fixes: release.fixes,
      advisories: [...new Set([...notice.advisories, ...release.advisories])],
    },
    severity: notice.severity,
    ...(notice.url === undefined ? {} : { url: notice.url }),
    lengthBytes: release.length,
    expectedSeconds: expectedSeconds(release, situation.bytesPerSecond),
    restarts,
    firstNoticeAt: firstNotice,
    state: state.name,
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...(waitingFor === undefined || waitingUntil === undefined ? {} : { startsAt: waitingUntil }),
    ...(deadline === undefined ? {} : { deadline }),
    postponement: allowance,
  }
}

function expectedSeconds(
  { length, installedSize }: VerifiedRelease,
  bytesPerSecond = LINE_BYTES_PER_SECOND,
): number {
  const download = length / Math.min(bytesPerSecond, LINE_BYTES_PER_SECOND)
  return Math.ceil(download + (2 * installedSize) / FLASH_BYTES_PER_SECOND + RESTART_SECONDS)
}
