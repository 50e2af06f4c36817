/** The sheet of a case at one stage: what is known by itself, what people wrote, and what was submitted before. */
import type { FieldValues, Recipient, Sheet, Stage } from '@fleetward/vulnerability'
import { parseFilter } from '../devices/filter/parse-filter.ts'
import { devicesByCountry } from '../exposure/exposure-of.ts'
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import type { Stores } from '../stores.ts'
import {
  type CaseFile,
  factsOf,
  type KeptEvent,
  lawEvents,
  type SubmittedSheet,
} from './case-file.ts'
import { recipientOfCase } from './case-recipient.ts'
import { type FixingRelease, type FleetCounts, valuesKnown } from './case-values.ts'
import type { Reporting } from './reporting.ts'

/** A filter has a length. */
const VERSIONS_AT_ONCE = 20
const COHORTS_MAX_COUNT = 100

export interface SheetWanted {
  readonly file: CaseFile
  readonly events: readonly KeptEvent[]
  readonly stage: Stage
  readonly now: number
  /** What somebody says was submitted, instead of what is known. */
  readonly given: object | undefined
}

export interface SheetNow {
  readonly sheet: Sheet
  readonly kept: SubmittedSheet
}

type Reads = Pick<Stores, 'facts' | 'releases' | 'deviceSearch' | 'cohorts' | 'exposure'>

/** Counts devices: not inside a transaction, which would keep everybody waiting. */
export async function sheetNow(
  core: Reporting,
  stores: Reads,
  { file, events, stage, now, given = {} }: SheetWanted,
): Promise<SheetNow> {
  const facts = (await stores.facts.latest(file.product))?.facts ?? {}
  const known = valuesKnown(
    file,
    { facts, fleet: await fleetOf(stores, file, now), release: await fixingRelease(stores, file) },
    now,
  )
  const recipient = await recipientNow(core, stores, file, facts, events)
  const before = sheetBefore(core, events, stage)
  const own: FieldValues = {
    ...without(known, before?.given ?? []),
    ...core.valuesOfCase(core.caseOf(lawEvents(events))),
    ...written(events),
    ...(given as FieldValues),
  }
  const catalogue = core.newestCatalogue()
  const sheet = core.sheetOf({
    ...{ catalogue, kind: file.kind, stage, values: own, isDrill: file.isDrill },
    recipient,
    ...(before === undefined ? {} : { before: before.values }),
  })
  const values = { ...before?.values, ...own }
  const coordinator = recipient.state === 'known' ? { coordinatorOf: recipient.csirtOf } : {}
  const kept = {
    ...{ catalogue: catalogue.version, values, given: Object.keys(given), ...coordinator },
  }
  return { sheet, kept: { ...kept, text: core.sheetText(sheet) } }
}

/** Devices are counted where the last rule asks for it, and not before. */
async function recipientNow(
  core: Reporting,
  stores: Pick<Stores, 'exposure'>,
  { product }: CaseFile,
  facts: ProductFacts,
  events: readonly KeptEvent[],
): Promise<Recipient> {
  const recipient = recipientOfCase(core, facts, new Map(), events)
  if (recipient.state !== 'open' || recipient.question !== 'mostUsersIn') return recipient
  return recipientOfCase(core, facts, await devicesByCountry(stores, product), events)
}

/** The last that was submitted of the stages before. */
function sheetBefore(
  { STAGES }: Pick<Reporting, 'STAGES'>,
  events: readonly KeptEvent[],
  stage: Stage,
): SubmittedSheet | undefined {
  const earlier = STAGES.slice(0, STAGES.indexOf(stage))
  const submitted = factsOf(events, 'submitted').filter(({ fact }) => earlier.includes(fact.stage))
  return submitted.at(-1)?.fact.sheet
}

/** What people wrote; the last of each, and nothing where it is empty. */
function written(events: readonly KeptEvent[]): FieldValues {
  const all = Object.assign({}, ...factsOf(events, 'fieldsSet').map(({ fact }) => fact.values))
  return Object.fromEntries(
    Object.entries(all as FieldValues).filter(
      ([, value]) => typeof value === 'number' || value.length > 0,
    ),
  )
}

function without(values: FieldValues, names: readonly string[]): FieldValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
}

async function fixingRelease(
  { releases }: Pick<Stores, 'releases'>,
  { product, fixedVersion }: CaseFile,
): Promise<FixingRelease | undefined> {
  if (fixedVersion === undefined) return undefined
  const found = await releases.find(product, fixedVersion)
  if (found === undefined || found.withdrawnAt !== undefined) return undefined
  return { version: fixedVersion, kind: found.release.kind, publishedAt: found.publishedAt }
}

async function fleetOf(
  { deviceSearch, cohorts, exposure }: Pick<Stores, 'deviceSearch' | 'cohorts' | 'exposure'>,
  { product, versions, fixedVersion }: CaseFile,
  now: number,
): Promise<FleetCounts | undefined> {
  if (versions.length === 0) return undefined
  const count = async (some: readonly string[] | undefined, cohort?: string) => {
    if (some === undefined) return deviceSearch.count({ product, cohort, now })
    let found = 0
    for (let first = 0; first < some.length; first += VERSIONS_AT_ONCE) {
      const list = some.slice(first, first + VERSIONS_AT_ONCE).join(', ')
      const filter = parseFilter(`version in (${list})`)
      found += await deviceSearch.count({ product, cohort, now, filter })
    }
    return found
  }
  const byCohort: { cohort: string; count: number }[] = []
  for (const { name, devices } of await cohorts.list(product, { limit: COHORTS_MAX_COUNT })) {
    const found = devices === 0 ? 0 : await count(versions, name)
    if (found > 0) byCohort.push({ cohort: name, count: found })
  }
  return {
    ...{ all: await count(undefined), affected: await count(versions) },
    fixed: fixedVersion === undefined ? undefined : await count([fixedVersion]),
    countries: {
      all: await exposure.countries(product, undefined),
      affected: await exposure.countries(product, versions),
    },
    cohorts: byCohort.toSorted((one, other) => other.count - one.count),
  }
}
