/**
 * Reports (protocol §7): what a device says about itself, signed with the key of its certificate.
 * `prev` chains them, so that a report that was dropped, repeated or made up shows.
 */
import type { CryptoKey } from 'jose'
import type { Facts } from '../errors.ts'
import { Fields, isSha256Hex } from '../json/fields.ts'
import { isJsonObject } from '../json/json.ts'
import {
  FACT_TEXT_MAX_BYTES,
  INVENTORY_MAX_COUNT,
  RELEASE_PATH_MAX_BYTES,
  REPORT_CLOCK_TOLERANCE_SECONDS,
  REPORT_LENGTH_MAX_BYTES,
} from '../limits.ts'
import { deviceUrn, isName } from '../names.ts'
import { isVersion } from '../release/version.ts'
import { requireAudience, requireIssuer, requireNotFromTheFuture } from './claims.ts'
import type { FactoryWindow } from './factory-settings.ts'
import { type LogClaim, logClaimJson, parseLogClaim } from './log-claim.ts'
import { serverAudience } from './parties.ts'
import { boundFacts, boundInventory } from './report-bounds.ts'
import { UPDATE_STATE_NAMES, type UpdateStateName, WAITING_FOR, type WaitingFor } from './states.ts'
import { signToken, type TokenForm, verifyToken } from './token.ts'
import { readWeeklyHours } from './weekly-hours.ts'

export const REFUSED = ['manifest', 'metadata', 'artifact', 'command'] as const

export const INTEGRITY = ['ok', 'corrupt'] as const

/** The end of the year 9999. What a device puts off for longer no clock of ours can say; it must not end who tries. */
const LATEST_SECONDS = 253_402_300_799

export interface Report {
  /** The device's URN. */
  readonly iss: string
  readonly aud: string
  readonly iat: number
  /** Grows by one. */
  readonly seq: number
  /** {@link tokenDigest} of the report before, empty for the first. */
  readonly prev: string
  readonly state: UpdateStateName
  readonly waitingFor?: WaitingFor
  /** What runs now. */
  readonly version: string
  readonly securityCounter: number
  readonly rollout?: string
  readonly attempt?: number
  readonly release?: ReportedRelease
  readonly code?: string
  readonly facts?: Facts
  /** Something was refused and the state did not change. */
  readonly refused?: (typeof REFUSED)[number]
  /** Percent of the download that is verified. */
  readonly progress?: number
  readonly owner: OwnersChoices
  /** Head of the activity log. */
  readonly log?: LogClaim
  /** Of the agent, its configuration and what runs, as it was last checked. */
  readonly integrity?: (typeof INTEGRITY)[number]
  /** Something that happened once: `reset`, `erased`, `imported`. Names of a newer agent are taken as they are. */
  readonly event?: { readonly name: string; readonly facts: Facts }
  readonly metadata: TrustedVersions
  readonly inventory?: Readonly<Record<string, string>>
  readonly nonce: string
  readonly clockUnsure?: true
}

export interface ReportedRelease {
  readonly path: string
  readonly version: string
  readonly sha256: string
}

export interface OwnersChoices {
  readonly automaticSecurity: boolean
  readonly automaticFunctionality: boolean
  /** Seconds since 1970. */
  readonly postponedUntil?: number
  readonly optedOut: boolean
  /** When updates may start; only where the factory settings have telemetry at `diagnostic`. */
  readonly window?: 'none' | FactoryWindow
}

export interface TrustedVersions {
  readonly root: number
  readonly timestamp: number
  readonly snapshot: number
  readonly targets: number
}

const FORM: TokenForm = {
  typ: 'fleetward-report+jws',
  alg: 'ES256',
  maxBytes: REPORT_LENGTH_MAX_BYTES,
}

/** Facts and inventory are shortened to their limits, so that every report can be sent. */
export async function signReport(report: Report, key: CryptoKey): Promise<string> {
  const { owner, metadata, release, facts, inventory, log, event, ...others } = report
  const claims = {
    ...others,
    owner: ownerJson(owner),
    metadata: { ...metadata },
    ...(release === undefined ? {} : { release: { ...release } }),
    ...(log === undefined ? {} : { log: logClaimJson(log) }),
    ...(facts === undefined ? {} : { facts: boundFacts(facts) }),
    ...(event === undefined ? {} : { event: { ...event, facts: boundFacts(event.facts) } }),
    ...(inventory === undefined ? {} : { inventory: boundInventory(inventory) }),
  }
  parseReport(new Fields(claims, 'REPORT_INVALID'))
  return signToken({ ...FORM, key, claims })
}

function ownerJson({ window, ...choices }: OwnersChoices) {
  if (window === undefined) return choices
  const told = window === 'none' ? window : { ...window, weekdays: [...window.weekdays] }
  return { ...choices, window: told }
}

/** `key` is of the certificate on record for `device`, `now` in seconds. Order and gaps: the server's. */
export async function verifyReport(
  token: string,
  expected: { key: CryptoKey; product: string; device: string; now: number },
): Promise<Report> {
  const report = parseReport(
    new Fields(await verifyToken(token, FORM, { only: expected.key }), 'REPORT_INVALID'),
  )
  requireIssuer(report.iss, deviceUrn(expected.product, expected.device))
  requireAudience(report.aud, serverAudience(expected.product))
  requireNotFromTheFuture(report.iat, expected.now, REPORT_CLOCK_TOLERANCE_SECONDS)
  return report
}

function parseReport(claims: Fields): Report {
  const report = {
    iss: claims.text('iss', 200),
    aud: claims.text('aud', 200),
    iat: claims.integer('iat'),
    seq: claims.integer('seq', 1),
    prev: claims.matching('prev', isDigestOrEmpty, 'SHA-256 in lower-case hex, or empty'),
    state: claims.oneOf('state', UPDATE_STATE_NAMES),
    ...claims.optional('waitingFor', (name) => claims.oneOf(name, WAITING_FOR)),
    version: claims.matching('version', isVersion, 'a version'),
    securityCounter: claims.integer('securityCounter'),
    ...claims.optional('rollout', (name) => claims.matching(name, isName, 'a name')),
    ...claims.optional('attempt', (name) => claims.integer(name, 1)),
    ...claims.optional('release', (name) => claims.object(name, parseRelease)),
    ...claims.optional('code', (name) => claims.matching(name, isCode, 'a code')),
    ...claims.optional('facts', (name) => claims.object(name, parseFacts)),
    ...claims.optional('refused', (name) => claims.oneOf(name, REFUSED)),
    ...claims.optional('progress', (name) => claims.integer(name, 0, 100)),
    owner: claims.object('owner', parseOwner),
    ...claims.optional('log', (name) => claims.object(name, parseLogClaim)),
    ...claims.optional('integrity', (name) => claims.oneOf(name, INTEGRITY)),
    ...claims.optional('event', (name) => claims.object(name, parseEvent)),
    metadata: claims.object('metadata', parseVersions),
    ...claims.optional('inventory', (name) => claims.object(name, parseInventory)),
    nonce: claims.matching('nonce', isNonce, 'text of 1 to 64 bytes without control characters'),
    ...claims.optional('clockUnsure', (name) => claims.alwaysTrue(name)),
  }
  // Unknown claims are ignored: devices in the field may be newer than the server.
  claims.require((report.seq === 1) === (report.prev === ''), 'prev', 'empty for the first only')
  return report
}

function parseRelease(fields: Fields): ReportedRelease {
  return {
    path: fields.text('path', RELEASE_PATH_MAX_BYTES),
    version: fields.matching('version', isVersion, 'a version'),
    sha256: fields.sha256('sha256'),
  }
}

function parseOwner(fields: Fields): OwnersChoices {
  return {
    automaticSecurity: fields.flag('automaticSecurity'),
    automaticFunctionality: fields.flag('automaticFunctionality'),
    ...fields.optional('postponedUntil', (name) => Math.min(fields.integer(name), LATEST_SECONDS)),
    optedOut: fields.flag('optedOut'),
    ...fields.optional('window', () => parseOwnWindow(fields)),
  }
}

/** A zone that only the device knows yet must not make its reports worthless: it is a name here, and no more. */
function parseOwnWindow(owner: Fields): 'none' | FactoryWindow {
  if (!isJsonObject(owner.raw('window'))) return owner.oneOf<'none'>('window', ['none'])
  return owner.object('window', (fields) => ({
    ...readWeeklyHours(fields),
    timeZone: fields.matching('timeZone', isZoneName, 'the name of a time zone'),
  }))
}

function parseVersions(fields: Fields): TrustedVersions {
  return {
    root: fields.integer('root'),
    timestamp: fields.integer('timestamp'),
    snapshot: fields.integer('snapshot'),
    targets: fields.integer('targets'),
  }
}

function parseFacts(fields: Fields): Facts {
  const facts = new Map<string, string | number | boolean>()
  for (const [name, value] of Object.entries(fields.entries())) {
    if (typeof value === 'object') fields.refuse(name, 'text, a number, true or false')
    else facts.set(name, value)
  }
  return Object.fromEntries(facts)
}

function parseEvent(fields: Fields): NonNullable<Report['event']> {
  return {
    name: fields.matching('name', isName, 'a name'),
    facts: fields.object('facts', parseFacts),
  }
}

function parseInventory(fields: Fields): Readonly<Record<string, string>> {
  const names = Object.keys(fields.entries())
  fields.require(names.length <= INVENTORY_MAX_COUNT, '', `at most ${INVENTORY_MAX_COUNT} entries`)
  return Object.fromEntries(
    names.map((name) => [name, fields.prose(name, 0, FACT_TEXT_MAX_BYTES)] as const),
  )
}

/** Kept as it is: a zero byte in it would keep the reports of others from the database too. */
function isNonce(text: unknown): text is string {
  if (typeof text !== 'string' || text === '' || /\p{Cc}/u.test(text)) return false
  return new TextEncoder().encode(text).length <= 64
}

function isZoneName(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)
}

function isDigestOrEmpty(text: unknown): text is string {
  return text === '' || isSha256Hex(text)
}

function isCode(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Z][A-Z_]{1,49}$/.test(text)
}
