/**
 * Components against the records that could be about them, as long as the feeds stay as they are: each record is read
 * once and each component judged once, in however many SBOMs and however often in one of them. What is remembered is
 * bounded; more of it is forgotten and found again.
 */
import {
  assessSeverity,
  CandidateIndex,
  type ComponentMatch,
  type CoveredLookup,
  type CoveredMatch,
  coverageOf,
  groupByAliases,
  type MatchableComponent,
  matchComponent,
  type Vulnerability,
} from '@fleetward/vulnerability'
import type { Cover, KeyRow } from '../feeds/feed.ts'
import { keyRowsOf } from '../feeds/key-rows.ts'
import { candidatesIn } from './candidates-of.ts'
import { componentOf } from './component-name.ts'
import type { FoundHole } from './finding.ts'
import type { MatchAnswer } from './match-release.ts'

const LISTED_MAX_COUNT = 1_000
/** Characters of records; as objects they take some times as much. */
const RECORDS_MAX_CHARACTERS = 48_000_000
/** Components with what was found in them: of the last ones so many, and as many before them. */
const MATCHES_MAX_COUNT = 60_000
/**
 * Of one SBOM, so many places of a component of one name are told for each hole: a kernel and its hundred thousand
 * modules have the same three thousand.
 */
const PLACES_MAX_COUNT = 50
/** Of one SBOM: more holes than anybody could read. */
const HOLES_MAX_COUNT = 100_000

type HoleOfAny = Omit<FoundHole, 'component' | 'componentName' | 'ref'>

interface Remembered {
  readonly match: Omit<CoveredMatch, 'component'>
  readonly holes: readonly HoleOfAny[]
}

export class RememberedMatches {
  readonly #covers: readonly Cover[]
  /** Those that come by several keys. */
  readonly #records = new Set<string>()
  readonly #keys = new Set<string>()
  #matches = new Map<string, Remembered>()
  #matchesBefore: ReadonlyMap<string, Remembered> = new Map()
  #index = new CandidateIndex()
  #characters = 0
  #matchesCount = 0
  /** Of the SBOM that is being matched: by component, how often each hole was found. */
  #places = new Map<string, Map<string, number>>()
  #holesCount = 0

  constructor(covers: readonly Cover[]) {
    this.#covers = covers
  }

  /** By what records have to be looked up before these can be matched. */
  wanted(components: readonly MatchableComponent[]): readonly KeyRow[] {
    const wanted = new Map<string, KeyRow>()
    for (const component of components) {
      if (this.#known(identityOf(component)) !== undefined) continue
      for (const key of keyRowsOf(component)) {
        const text = textOf(key)
        if (!this.#keys.has(text)) wanted.set(text, key)
      }
    }
    return [...wanted.values()]
  }

  /** All that there is by these keys, as JSON. Whoever asks for the next ones may find that these are forgotten. */
  learn(keys: readonly KeyRow[], records: readonly string[]): void {
    for (const key of keys) this.#keys.add(textOf(key))
    // Two feeds may have the same one.
    for (const record of new Set(records)) {
      // By another key it may be known already.
      if (this.#records.has(record)) continue
      const vulnerability = JSON.parse(record) as Vulnerability
      if (vulnerability.affected.length > 1) this.#records.add(record)
      this.#characters += record.length
      // Addresses are much of a record, and nobody asks for them here.
      this.#index.add({ ...vulnerability, references: [] })
    }
  }

  /** From the first component of an SBOM on, in their own order. Nothing when there is too much in it. */
  match(components: readonly MatchableComponent[], isFirst: boolean): MatchAnswer | undefined {
    if (isFirst) {
      this.#places = new Map()
      this.#holesCount = 0
    }
    const candidates = candidatesIn(this.#index, this.#covers)
    const holes: FoundHole[] = []
    const matches: CoveredMatch[] = []
    for (const component of components) {
      const identity = identityOf(component)
      const known = this.#known(identity) ?? remembered(matchComponent(component, candidates))
      this.#remember(identity, known)
      matches.push({ ...known.match, component })
      for (const hole of this.#placed(known.holes, component)) holes.push(hole)
      if (this.#holesCount + holes.length > HOLES_MAX_COUNT) return undefined
    }
    this.#holesCount += holes.length
    this.#forgetSome()
    return { holes, coverage: coverageIn(matches) }
  }

  #placed(holes: readonly HoleOfAny[], { ref, name, ...rest }: MatchableComponent): FoundHole[] {
    if (holes.length === 0) return []
    const component = componentOf({ ...rest, name })
    const counts = this.#places.get(component) ?? new Map<string, number>()
    this.#places.set(component, counts)
    const placed: FoundHole[] = []
    for (const hole of holes) {
      const count = counts.get(hole.name) ?? 0
      if (count >= PLACES_MAX_COUNT) continue
      counts.set(hole.name, count + 1)
      placed.push({ component, componentName: name, ref, ...hole })
    }
    return placed
  }

  #known(identity: string): Remembered | undefined {
    return this.#matches.get(identity) ?? this.#matchesBefore.get(identity)
  }

  #remember(identity: string, known: Remembered): void {
    if (this.#matches.has(identity)) return
    this.#matches.set(identity, known)
    this.#matchesCount += 1 + known.holes.length + known.match.undecided.length
  }

  #forgetSome(): void {
    if (this.#matchesCount > MATCHES_MAX_COUNT) {
      this.#matchesBefore = this.#matches
      this.#matches = new Map()
      this.#matchesCount = 0
    }
    if (this.#characters > RECORDS_MAX_CHARACTERS) {
      this.#records.clear()
      this.#keys.clear()
      this.#index = new CandidateIndex()
      this.#characters = 0
    }
  }
}

/** All that the matcher asks of a component. */
function identityOf({ purl, version, cpes }: MatchableComponent): string {
  return JSON.stringify([purl ?? null, version ?? null, cpes])
}

function textOf({ kind, space, name }: KeyRow): string {
  return JSON.stringify([kind, space, name])
}

const BY_CPE: CoveredLookup = { by: 'cpe' }
const BY_PURL: CoveredLookup = { by: 'purl', sought: { isSourceAssumed: false } }
const BY_ASSUMED_SOURCE: CoveredLookup = { by: 'purl', sought: { isSourceAssumed: true } }
/** Most components: looked up by their purl, and nothing there. */
const SOUND: Remembered = { match: { lookups: [BY_PURL], obstacles: [], undecided: [] }, holes: [] }

/** Without what is not affected, and by what it was looked up: nobody asks for it, and it is most of it. */
function remembered(match: ComponentMatch): Remembered {
  const { obstacles, undecided } = match
  const lookups = match.lookups.map((lookup) => {
    if (lookup.by === 'cpe') return BY_CPE
    return lookup.sought.isSourceAssumed ? BY_ASSUMED_SOURCE : BY_PURL
  })
  const foundCount = match.affected.length + obstacles.length + undecided.length
  if (foundCount === 0 && lookups.length === 1 && lookups[0] === BY_PURL) return SOUND
  return { match: { lookups, obstacles, undecided }, holes: holesIn(match) }
}

function holesIn({ component, affected }: ComponentMatch): readonly HoleOfAny[] {
  const { version, purl } = component
  const reasons = new Map(affected.map(({ vulnerability, why }) => [vulnerability, why]))
  return groupByAliases(reasons.keys()).map((group) => {
    const { worst } = assessSeverity(group.vulnerabilities.flatMap(({ severities }) => severities))
    return {
      ...{ componentVersion: version, purl, name: group.name, names: group.ids },
      ...{ upstream: group.upstream, rating: worst?.rating ?? 'unknown' },
      ...{ score: worst?.score, vector: worst?.vector },
      summary: group.vulnerabilities.find(({ summary }) => summary !== '')?.summary ?? '',
      why: group.vulnerabilities.flatMap((vulnerability) => {
        const because = reasons.get(vulnerability)
        const { id: record, source } = vulnerability
        return because === undefined ? [] : { record, source, because }
      }),
    }
  })
}

function coverageIn(matches: readonly CoveredMatch[]): MatchAnswer['coverage'] {
  const coverage = coverageOf(matches)
  return {
    ...{ componentCount: coverage.componentCount, lookedUpCount: coverage.lookedUpCount },
    notLookedUp: coverage.notLookedUp
      .slice(0, LISTED_MAX_COUNT)
      .map(({ name, version, obstacles }) => ({
        ...{ name, ...(version === undefined ? {} : { version }), obstacles },
      })),
    notLookedUpCounts: Object.fromEntries(coverage.notLookedUpCounts),
    undecided: coverage.undecided
      .slice(0, LISTED_MAX_COUNT)
      .map(({ name, version, vulnerabilityId: vulnerability, reason, detail }) => ({
        ...{ name, ...(version === undefined ? {} : { version }), vulnerability, reason, detail },
      })),
    undecidedCounts: Object.fromEntries(coverage.undecidedCounts),
    sourceAssumedCount: coverage.sourceAssumedCount,
  }
}
