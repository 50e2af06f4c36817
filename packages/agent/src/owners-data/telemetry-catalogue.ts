/**
 * Everything that leaves a device about itself, field by field: what for, whether it is about a person,
 * and whether it is on (CRA P-g0, P-076). A claim of a report that is not in here does not compile, and
 * {@link uncatalogued} finds what a running device says beyond it.
 */
import type { Json, Report } from '@fleetward/shared'

/** `minimal`: updating safely needs it. `diagnostic`: off unless the factory settings say so. */
type Level = 'minimal' | 'diagnostic'

export interface CatalogueEntry {
  readonly purpose: string
  /** Whether it says something about a person: the id of a device does, once it is in a home. */
  readonly personal: boolean
  readonly level: Level
  /** Parts of an object, where not every part is free. `*` stands for names that come as they come. */
  readonly parts?: readonly string[]
}

type Catalogue = Readonly<Record<keyof Report, CatalogueEntry>>

const fixed = (purpose: string, parts?: readonly string[]): CatalogueEntry => ({
  purpose,
  personal: false,
  level: 'minimal',
  ...(parts === undefined ? {} : { parts }),
})
const personal = (purpose: string, parts?: readonly string[]): CatalogueEntry => ({
  ...fixed(purpose, parts),
  personal: true,
})

export const REPORT_CATALOGUE: Catalogue = {
  iss: personal('which device speaks; a name of the product’s making, not of its owner'),
  aud: fixed('to whom it speaks'),
  iat: fixed('when it was said'),
  seq: fixed('shows reports that were lost or held back'),
  prev: fixed('shows reports that were changed'),
  nonce: fixed('makes a command that cannot be undone work once'),
  state: fixed('where an update stands'),
  waitingFor: fixed('why an update waits'),
  version: fixed('which vulnerabilities it has'),
  securityCounter: fixed('which releases it can still take'),
  rollout: fixed('which rollout an update belongs to'),
  attempt: fixed('which attempt of it'),
  release: fixed('which release it is about', ['path', 'version', 'sha256']),
  code: fixed('why something failed'),
  facts: fixed('what was expected and seen when it failed; no contents of the owner’s', ['*']),
  refused: fixed('what was refused'),
  progress: fixed('how far a download is'),
  owner: personal('what the owner chose, so that a rollout does not count as failed what waits', [
    'automaticSecurity',
    'automaticFunctionality',
    'postponedUntil',
    'optedOut',
  ]),
  log: fixed('shows an activity log that was cut; never what it says', [
    'seq',
    'hash',
    'since',
    'restartedFrom',
    'off',
  ]),
  integrity: fixed('whether the software is as it was installed'),
  event: personal('that the device was reset, erased or filled from an archive, and by which way', [
    'name',
    'facts',
  ]),
  metadata: fixed('which signed lists it trusts: shows a device that is kept from news', [
    'root',
    'timestamp',
    'snapshot',
    'targets',
  ]),
  inventory: fixed('which software of the agent’s own may be vulnerable', [
    'agent',
    'compatible',
    'node',
    'slot',
  ]),
  clockUnsure: fixed('that its times may be wrong'),
}

type DiagnosticParts = Readonly<Record<string, Omit<CatalogueEntry, 'level'>>>

/** Parts of the inventory that only `diagnostic` tells. */
const DIAGNOSTIC_INVENTORY: DiagnosticParts = {
  os: {
    purpose: 'kernel and processor: finds faults that only some machines have',
    personal: false,
  },
  timeZone: {
    purpose: 'which clock the device goes by: shows its operator when it is night there',
    personal: true,
  },
}

const DIAGNOSTIC_OWNER: DiagnosticParts = {
  window: {
    purpose: 'when its owner lets updates start: shows its operator why it waits and until when',
    personal: true,
  },
}

/** By field of the report. */
const DIAGNOSTIC: Readonly<Record<string, DiagnosticParts>> = {
  inventory: DIAGNOSTIC_INVENTORY,
  owner: DIAGNOSTIC_OWNER,
}

/** What the connection itself tells, whatever is in it. */
export const CONNECTION_CATALOGUE: readonly { readonly field: string; readonly purpose: string }[] =
  [
    { field: 'certificate', purpose: 'the device’s id and key, so that nobody speaks in its name' },
    { field: 'address', purpose: 'where answers go; the network adds it, the device does not' },
    { field: 'online', purpose: 'the broker sees that the device is connected' },
    { field: 'range', purpose: 'which part of an artifact is asked for' },
  ]

export interface TelemetryLine {
  readonly field: string
  readonly purpose: string
  readonly personal: boolean
  readonly on: boolean
}

/** As `fleetward-agent telemetry` prints it. */
export function telemetryLines(level: Level): TelemetryLine[] {
  const lines = Object.entries(REPORT_CATALOGUE).flatMap(
    ([field, { purpose, parts, ...entry }]) => {
      const on = entry.level === 'minimal' || level === 'diagnostic'
      const names = parts === undefined ? [field] : parts.map((part) => `${field}.${part}`)
      return names.map((name) => ({ field: name, purpose, personal: entry.personal, on }))
    },
  )
  const diagnostic = Object.entries(DIAGNOSTIC).flatMap(([field, parts]) =>
    Object.entries(parts).map(([part, { purpose, personal: isPersonal }]) => ({
      ...{ field: `${field}.${part}`, purpose, personal: isPersonal },
      on: level === 'diagnostic',
    })),
  )
  return [...lines, ...diagnostic]
}

/** Fields of a report that the catalogue does not name, or that this level leaves out. */
export function uncatalogued(report: { readonly [field: string]: Json }, level: Level): string[] {
  return Object.entries(report).flatMap(([field, value]) => {
    const entry = Object.hasOwn(REPORT_CATALOGUE, field)
      ? REPORT_CATALOGUE[field as keyof Report]
      : undefined
    if (entry === undefined) return [field]
    const { parts } = entry
    if (parts === undefined || parts.includes('*') || typeof value !== 'object') return []
    const more = level === 'diagnostic' ? Object.keys(DIAGNOSTIC[field] ?? {}) : []
    const allowed = [...parts, ...more]
    return Object.keys(value as object)
      .filter((part) => !allowed.includes(part))
      .map((part) => `${field}.${part}`)
  })
}
