/** What the sheet is filled with by itself: from the product's facts, its releases and its fleet. Pure. */
import type { FieldValues } from '@fleetward/vulnerability'
import { MEMBER_STATES, type ProductFacts } from '../product-facts/facts-schema.ts'
import { notificationFields } from '../product-facts/notification-fields.ts'
import type { CaseFile } from './case-file.ts'

export interface FleetCounts {
  readonly all: number
  /** That run one of the affected versions. */
  readonly affected: number
  readonly fixed: number | undefined
  /** Of the affected, the largest first. */
  readonly cohorts: readonly { readonly cohort: string; readonly count: number }[]
  readonly countries: CountriesCounted
}

export interface CountriesCounted {
  /** Of all devices of the product; the largest first. Undefined: nobody said it. */
  readonly all: readonly ByCountry[]
  readonly affected: readonly ByCountry[]
}

export interface ByCountry {
  readonly country: string | undefined
  readonly devices: number
}

export interface FixingRelease {
  readonly version: string
  readonly kind: string
  /** Seconds since 1970. */
  readonly publishedAt: number
}

export interface Known {
  readonly facts: ProductFacts
  readonly fleet: FleetCounts | undefined
  readonly release: FixingRelease | undefined
}

const COHORTS_NAMED_MAX_COUNT = 10
const COUNTRIES_NAMED_MAX_COUNT = 27

export function valuesKnown(file: CaseFile, known: Known, now: number): FieldValues {
  const { productClass, ...product } = notificationFields(known.facts, now)
  const { fleet, release } = known
  const { versions, cves, kind } = file
  const fixed = release === undefined ? undefined : releaseWords(release)
  const measures = [fixed, fixed && fleet && coverageWords(fleet, release?.version ?? '')]
  return Object.fromEntries(
    Object.entries({
      ...product,
      productName: product.productName ?? file.product,
      productClass: productClass && `Class ${productClass}`,
      memberStates: product.memberStates ?? (fleet && memberStatesIn(fleet.countries.all)),
      productVersion: versions.length === 0 ? undefined : versions.join(', '),
      cveId: kind === 'vulnerability' && cves.length > 0 ? cves.join(', ') : undefined,
      updateDetails: kind === 'vulnerability' ? fixed : undefined,
      mitigation: kind === 'incident' ? fixed : undefined,
      measuresTaken: fixed && measures.filter((part) => part !== undefined).join(' '),
      userMeasures: release && `Install version ${release.version}.`,
      impact: fleet && versions.length > 0 ? fleetWords(fleet, versions) : undefined,
    }).flatMap(([id, value]) => (value === undefined ? [] : [[id, value]])),
  )
}

function releaseWords({ version, kind, publishedAt }: FixingRelease): string {
  return `Version ${version}, a ${kind} release, is available since ${moment(publishedAt)}.`
}

function coverageWords({ fixed = 0, all, affected }: FleetCounts, version: string): string {
  return `${fixed} of ${all} devices run version ${version}; ${affected} still run an affected version.`
}

function fleetWords(
  { affected, all, cohorts, countries }: FleetCounts,
  versions: readonly string[],
): string {
  const named = cohorts
    .slice(0, COHORTS_NAMED_MAX_COUNT)
    .map(({ cohort, count }) => `${cohort} ${count}`)
  const others = cohorts.length - named.length
  if (others > 0) named.push(`${others} other cohorts`)
  const where = named.length === 0 ? '' : `: ${named.join(', ')}`
  return `${affected} of ${all} devices known to us run an affected version (${versions.join(', ')})${where}.${countryWords(countries)}`
}

/** Where nobody wrote down where the product is made available, its devices are in some of those states at least. */
function memberStatesIn(countries: readonly ByCountry[]): readonly string[] | undefined {
  const found = MEMBER_STATES.filter((state) => countries.some(({ country }) => country === state))
  return found.length === 0 ? undefined : found
}

/** Nothing where nobody ever said in which country a device is. */
function countryWords({ affected }: CountriesCounted): string {
  if (affected.every(({ country }) => country === undefined)) return ''
  const known = affected.filter(({ country }) => country !== undefined)
  const named = known
    .slice(0, COUNTRIES_NAMED_MAX_COUNT)
    .map(({ country, devices }) => `${country} ${devices}`)
  const sum = (some: readonly ByCountry[]) =>
    some.reduce((count, { devices }) => count + devices, 0)
  const others = sum(known.slice(COUNTRIES_NAMED_MAX_COUNT))
  const unknown = sum(affected) - sum(known)
  if (others > 0) named.push(`other countries ${others}`)
  if (unknown > 0) named.push(`unknown ${unknown}`)
  return ` By country: ${named.join(', ')}.`
}

function moment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
