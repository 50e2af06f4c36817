/** An advisory on its way to the public, and what was published of it. Pure. */
import type { AdvisoryContent } from '@fleetward/vulnerability'

export const ADVISORY_STATES = ['draft', 'scheduled', 'held', 'published', 'withdrawn'] as const
export type AdvisoryState = (typeof ADVISORY_STATES)[number]

/** Why it is not published although it could be (Annex I II.4: "in duly justified cases"). */
export interface Hold {
  readonly reason: string
  /** Seconds since 1970, as all times here: then somebody is reminded, once. */
  readonly until: number
  readonly by: string
  readonly toldAt?: number | undefined
}

export interface Advisory {
  /** Its order. */
  readonly number: number
  /** The tracking id: `LUMEN-WORKS-2026-0007`. */
  readonly id: string
  readonly year: number
  readonly serial: number
  readonly product: string
  readonly state: AdvisoryState
  readonly stateAt: number
  /** What it was drafted from. */
  readonly finding: string | undefined
  readonly content: AdvisoryContent
  /** Ids of reports from outside; while one is under embargo and nothing is published, few may see this. */
  readonly reports: readonly string[]
  readonly hold: Hold | undefined
  /** Of what is published; 0: nothing is. */
  readonly version: number
  readonly publishedAt: number | undefined
  readonly createdAt: number
  /** Account ids. */
  readonly createdBy: string
  readonly changedAt: number
  readonly changedBy: string
  readonly revision: number
}

/** A document of CSAF as it is served: rendered once, never changed. */
export interface PublishedCsaf {
  readonly kind: 'advisory' | 'vex'
  readonly trackingId: string
  readonly version: number
  readonly product: string
  readonly at: number
  readonly firstAt: number
  /** Below the tree's `white/`. */
  readonly file: string
  readonly title: string
  readonly summary: string
  /** What is new in this version. */
  readonly change: string
  readonly withdrawnBecause: string | undefined
  /** What it was made of; of advisories alone. */
  readonly content: AdvisoryContent | undefined
  /** Lower-case hex. */
  readonly sha256: string
  readonly sha512: string
  /** Fingerprint of the key. */
  readonly signedBy: string
  readonly publishedBy: string
}

/** With what is long. */
export interface CsafFile extends PublishedCsaf {
  readonly document: string
  /** Detached and armored. */
  readonly signature: string
}

const PREFIX_MAX_CHARACTERS = 40

/** What tracking ids begin with; '' where the name has no letter that could stand there. */
export function trackingPrefix(organisation: string): string {
  return organisation
    .normalize('NFKD')
    .toUpperCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Z0-9]+/g, '-')
    .slice(0, PREFIX_MAX_CHARACTERS)
    .replaceAll(/^-+|-+$/g, '')
}

export function trackingId(prefix: string, year: number, serial: number): string {
  return `${prefix}-${year}-${String(serial).padStart(4, '0')}`
}

export function yearOf(at: number): number {
  return new Date(at * 1000).getUTCFullYear()
}
