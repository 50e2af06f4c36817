/**
 * What a device tells the server (protocol §7), built from the record and a few facts. Pure: signing
 * and sending are the shell's, the token goes into the record before it is sent.
 */
import {
  canonicalJson,
  deviceUrn,
  type FactoryDefaults,
  type LogClaim,
  type Report,
  serverAudience,
  sha256Hex,
  tokenDigest,
} from '@fleetward/shared'
import type { AgentRecord, Reports } from './agent-record.ts'
import type { OwnersChoices } from './decide.ts'
import { type Envelope, withReport } from './outbox.ts'
import { isOptedOut, type OwnersDefaults } from './owners-choices.ts'
import { type Failure, type UpdateState, updateOf } from './update-machine.ts'

/** What the record does not hold. */
export interface ReportingDevice {
  readonly product: string
  readonly device: string
  readonly defaults: Pick<OwnersDefaults, 'security' | 'functionality' | 'window'>
  /** `minimal` does not say when the owner lets updates start: it says when they sleep. */
  readonly telemetry: FactoryDefaults['telemetry']
  /** What runs now. */
  readonly version: string
  readonly metadata: Report['metadata']
  readonly inventory: Readonly<Record<string, string>>
}

export interface Occasion {
  readonly about: Envelope['about']
  /** Seconds since 1970. */
  readonly now: number
  readonly nonce: string
  readonly clockUnsure: boolean
  readonly refused?: NonNullable<Report['refused']>
  readonly failure?: Failure
  /** 0 to 100 */
  readonly progress?: number
  readonly log?: LogClaim
  readonly integrity?: NonNullable<Report['integrity']>
  readonly event?: NonNullable<Report['event']>
}

export function reportOf(record: AgentRecord, device: ReportingDevice, occasion: Occasion): Report {
  const { state, reports } = record
  const update = updateOf(state)
  const failure = occasion.failure ?? failureOf(state)
  return {
    iss: deviceUrn(device.product, device.device),
    aud: serverAudience(device.product),
    iat: occasion.now,
    seq: reports.seq + 1,
    prev: reports.prev,
    state: state.name,
    ...('waitingFor' in state && state.waitingFor !== undefined
      ? { waitingFor: state.waitingFor }
      : {}),
    version: device.version,
    securityCounter: record.securityCounter,
    ...(update === undefined
      ? {}
      : {
          rollout: update.offer.rollout,
          attempt: update.offer.attempt,
          release: {
            path: update.offer.release.path,
            version: update.offer.release.version,
            sha256: update.offer.release.sha256,
          },
        }),
    ...(failure === undefined ? {} : { code: failure.code, facts: failure.facts }),
    ...(occasion.refused === undefined ? {} : { refused: occasion.refused }),
    ...(occasion.progress === undefined ? {} : { progress: occasion.progress }),
    owner: ownerClaims(record.owner, device, occasion.now),
    ...(occasion.log === undefined ? {} : { log: occasion.log }),
    ...(occasion.integrity === undefined ? {} : { integrity: occasion.integrity }),
    ...(occasion.event === undefined ? {} : { event: occasion.event }),
    metadata: device.metadata,
    ...(inventoryDigest(device.inventory) === reports.inventoryDigest
      ? {}
      : { inventory: device.inventory }),
    nonce: occasion.nonce,
    ...(occasion.clockUnsure ? { clockUnsure: true } : {}),
  }
}

/** The report's token goes into the outbox and becomes the `prev` of the next one. */
export function reportsAfter(
  reports: Reports,
  { report, token, about }: { report: Report; token: string; about: Envelope['about'] },
): Reports {
  return {
    seq: report.seq,
    prev: tokenDigest(token),
    nonce: report.nonce,
    inventoryDigest:
      report.inventory === undefined ? reports.inventoryDigest : inventoryDigest(report.inventory),
    ...toldAfter(reports, report),
    outbox: withReport(reports.outbox, { seq: report.seq, about, token }),
  }
}

function toldAfter({ log: before }: Reports, { log }: Report): Pick<Reports, 'log'> {
  const told = log === undefined ? before : { seq: log.seq, hash: log.hash }
  return told === undefined ? {} : { log: told }
}

function failureOf(state: UpdateState): Failure | undefined {
  return state.name === 'failed' || state.name === 'rollingBack' ? state.failure : undefined
}

function ownerClaims(
  owner: OwnersChoices,
  { defaults, telemetry }: ReportingDevice,
  now: number,
): Report['owner'] {
  return {
    automaticSecurity: (owner.security ?? defaults.security) === 'automatic',
    automaticFunctionality: (owner.functionality ?? defaults.functionality) === 'automatic',
    ...(owner.postponed === undefined ? {} : { postponedUntil: owner.postponed.until }),
    optedOut: isOptedOut(owner, now),
    ...(telemetry === 'diagnostic' ? { window: owner.window ?? defaults.window } : {}),
  }
}

function inventoryDigest(inventory: Readonly<Record<string, string>>): string {
  return sha256Hex(canonicalJson(inventory))
}
