/** Asks the stores what exposure.ts needs. Counts devices: not inside a transaction, which would keep everybody waiting. */
import { isSupportOver } from '@fleetward/shared'
import type { Finding } from '../findings/finding.ts'
import type { Stores } from '../stores.ts'
import { OFFLINE_AFTER_SECONDS } from './exposed-state.ts'
import { type Exposure, exposureFrom, knownSince } from './exposure.ts'
import { type Standing, standingOf } from './standing.ts'

export type ExposureReads = Pick<
  Stores,
  'exposure' | 'facts' | 'findings' | 'releases' | 'statements'
>

/** Of one product and one vulnerability in all of its components, or of one finding alone. */
export interface ExposureAsked {
  readonly product: string
  /** At least one, of that product. */
  readonly findings: readonly Finding[]
  readonly now: number
  readonly offlineAfterSeconds?: number
}

export async function exposureOf(stores: ExposureReads, asked: ExposureAsked): Promise<Exposure> {
  const { product, now, offlineAfterSeconds = OFFLINE_AFTER_SECONDS } = asked
  const { findings, standing } = await standingFrom(stores, asked)
  const { exposure, facts } = stores
  const on = { product, versions: standing.affected.map(({ version }) => version) }
  const known = new Set([...on.versions, ...standing.safe])
  const others = (await exposure.versions(product)).filter((version) => !known.has(version))
  const knownAt = knownSince(findings)
  const ends = (await facts.latest(product))?.facts.supportPeriod?.ends
  return exposureFrom({
    ...{ product, findings, standing, now },
    notKnown: {
      neverReported: await exposure.neverReported(product),
      notMatched: await exposure.running({ product, versions: others }),
      versions: others,
    },
    isSupportOver: ends !== undefined && isSupportOver(ends, now),
    groups: await exposure.exposed(on, { now, seenSince: now - offlineAfterSeconds }),
    steps: await exposure.protectedBySteps(on, { knownAt, others }),
    exposed: await exposure.exposedSeconds(on, { knownAt, now }),
  })
}

/** By any of its names; those that are over too, for devices may still run a release that was withdrawn. */
export function findingsOf(
  { findings }: Pick<Stores, 'findings'>,
  product: string,
  vulnerability: string,
): Promise<readonly Finding[]> {
  return findings.list({ product, vulnerability, withEnded: true, limit: FINDINGS_MAX_COUNT })
}

/** One for each component that has it. */
const FINDINGS_MAX_COUNT = 500

/** All devices of the product whose country somebody said. */
export async function devicesByCountry(
  { exposure }: Pick<Stores, 'exposure'>,
  product: string,
): Promise<ReadonlyMap<string, number>> {
  const counted = await exposure.countries(product, undefined)
  return new Map(
    counted.flatMap(({ country, devices }) => (country === undefined ? [] : [[country, devices]])),
  )
}

async function standingFrom(stores: ExposureReads, { product, findings, now }: ExposureAsked) {
  const found = await stores.findings.releasesOf(findings.map(({ id }) => id))
  const known = findings.map((finding) => ({ finding, releases: found.get(finding.id) ?? [] }))
  const names = [...new Set(findings.flatMap((finding) => finding.names))]
  const standing: Standing = standingOf({
    ...{ findings: known, now },
    releases: await stores.releases.ofProduct(product),
    matched: await stores.exposure.matchedVersions(product),
    statements: await stores.statements.about(product, names),
  })
  return { findings: known, standing }
}
