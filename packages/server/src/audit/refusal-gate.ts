/**
 * How many refused attempts get an entry of their own, so that nobody fills the disk by being refused. Pure. What is
 * over the measure is counted and becomes one entry per minute. Strangers and those who have signed in have measures of
 * their own: a flood from outside must not hide what an insider tries.
 */

export type RefusalSource = { readonly kind: 'stranger' | 'known'; readonly name: string }

/** Of one minute, of one source or of all that were not told apart. */
export interface RefusalSummary {
  readonly kind: RefusalSource['kind']
  /** Undefined: of many. */
  readonly name: string | undefined
  readonly count: number
  readonly codes: Readonly<Record<string, number>>
}

interface Measure {
  /** Entries per source and minute, of all together per minute and per day. */
  readonly perSource: number
  readonly perMinute: number
  readonly perDay: number
  /** Summaries per minute that name their source. */
  readonly named: number
}

/** At about 600 bytes an entry, summaries included: strangers can add 7 MB a day, those signed in 33 MB. */
const MEASURES: Readonly<Record<RefusalSource['kind'], Measure>> = {
  stranger: { perSource: 10, perMinute: 60, perDay: 8_000, named: 2 },
  known: { perSource: 60, perMinute: 600, perDay: 40_000, named: 10 },
}
const MINUTE_SECONDS = 60
const DAY_SECONDS = 86_400
const CODES_MAX_COUNT = 20
const SOURCES_MAX_COUNT = 1_000

interface Tally {
  count: number
  readonly codes: Map<string, number>
}

export class RefusalGate {
  #minute = -1
  #day = -1
  readonly #taken = new Map<string, number>()
  readonly #takenInMinute = { stranger: 0, known: 0 }
  readonly #takenInDay = { stranger: 0, known: 0 }
  readonly #over = new Map<string, Tally & RefusalSource>()
  readonly #overElsewhere = { stranger: newTally(), known: newTally() }

  /** Whether it gets an entry of its own. Ask {@link due} first. */
  take(source: RefusalSource, code: string, now: number): boolean {
    this.#turn(now)
    const { kind } = source
    const key = `${kind} ${source.name}`
    const taken = this.#taken.get(key) ?? 0
    const measure = MEASURES[kind]
    const isKnown = taken > 0 || this.#taken.size < SOURCES_MAX_COUNT
    if (
      isKnown &&
      taken < measure.perSource &&
      this.#takenInMinute[kind] < measure.perMinute &&
      this.#takenInDay[kind] < measure.perDay
    ) {
      this.#taken.set(key, taken + 1)
      this.#takenInMinute[kind] += 1
      this.#takenInDay[kind] += 1
      return true
    }
    count(this.#tallyOf(key, source, measure), code)
    return false
  }

  /** What was over the measure in a minute that is over; to be written down once. */
  due(now: number): readonly RefusalSummary[] {
    return Math.floor(now / MINUTE_SECONDS) === this.#minute ? [] : this.flush()
  }

  /** Also of the minute that is not over yet: at the end of the process. */
  flush(): readonly RefusalSummary[] {
    const named = [...this.#over.values()].map(({ kind, name, ...tally }) =>
      summary(kind, name, tally),
    )
    const others = (['stranger', 'known'] as const).map((kind) =>
      summary(kind, undefined, this.#overElsewhere[kind]),
    )
    this.#over.clear()
    for (const kind of ['stranger', 'known'] as const) this.#overElsewhere[kind] = newTally()
    return [...named, ...others].filter(({ count }) => count > 0)
  }

  #tallyOf(key: string, source: RefusalSource, { named }: Measure): Tally {
    const known = this.#over.get(key)
    if (known !== undefined) return known
    const ofKind = [...this.#over.values()].filter(({ kind }) => kind === source.kind).length
    if (ofKind >= named) return this.#overElsewhere[source.kind]
    const tally = { ...newTally(), ...source }
    this.#over.set(key, tally)
    return tally
  }

  #turn(now: number): void {
    const minute = Math.floor(now / MINUTE_SECONDS)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#taken.clear()
      for (const kind of ['stranger', 'known'] as const) this.#takenInMinute[kind] = 0
    }
    const day = Math.floor(now / DAY_SECONDS)
    if (day !== this.#day) {
      this.#day = day
      for (const kind of ['stranger', 'known'] as const) this.#takenInDay[kind] = 0
    }
  }
}

function newTally(): Tally {
  return { count: 0, codes: new Map() }
}

function count(tally: Tally, code: string): void {
  tally.count += 1
  const name = tally.codes.has(code) || tally.codes.size < CODES_MAX_COUNT ? code : 'others'
  tally.codes.set(name, (tally.codes.get(name) ?? 0) + 1)
}

function summary(
  kind: RefusalSource['kind'],
  name: string | undefined,
  { count, codes }: Tally,
): RefusalSummary {
  return { kind, name, count, codes: Object.fromEntries(codes) }
}
