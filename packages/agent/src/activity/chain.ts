/**
 * Whether lines are a chain, and what they say about the log itself. Pure. Who holds a head from before
 * (the server does, an export does) sees with it also what was cut off at the end.
 */
import { codeOf, type LogHead } from '@fleetward/shared'
import { ACTIVITY_CLASSES } from '../core/activity-classes.ts'
import type { ActivityClass } from '../ports.ts'
import { hashOf, type LogEntry, parseEntry } from './entry.ts'

export type Flaw =
  /** No entry, or one of another form. */
  | 'unreadable'
  /** A line before it is missing, or came from elsewhere. */
  | 'out of order'
  /** The line before it was changed, or this one. */
  | 'not chained'
  /** The head that was known from before is not in the log, or is another one. */
  | 'known head missing'
  | 'known head differs'

export interface ChainBreak {
  /** Of the entry where it shows; 0 when no number can be read. */
  readonly seq: number
  readonly flaw: Flaw
}

/** Reads line by line; asks {@link ChainReader.end} last. */
export class ChainReader {
  readonly #known: LogHead | undefined
  #first: LogEntry | undefined
  #head: LogHead = { seq: 0, hash: '' }
  #broken: ChainBreak | undefined
  #count = 0
  #sawKnown = false
  readonly #off = new Set<ActivityClass>()

  constructor(known?: LogHead) {
    this.#known = known === undefined || known.seq === 0 ? undefined : known
    this.#sawKnown = this.#known === undefined
  }

  /** The entry; undefined when the line is none. */
  take(line: string): LogEntry | undefined {
    const entry = entryOf(line)
    if (entry === undefined) {
      this.#break(this.#head.seq, 'unreadable')
      return undefined
    }
    this.#count += 1
    if (this.#first === undefined) {
      this.#first = entry
      // What was before the oldest line that is kept is known by its hash alone.
      this.#compare({ seq: entry.seq - 1, hash: entry.prev })
    } else {
      if (entry.seq !== this.#head.seq + 1) this.#break(entry.seq, 'out of order')
      else if (entry.prev !== this.#head.hash) this.#break(entry.seq, 'not chained')
    }
    this.#head = { seq: entry.seq, hash: hashOf(line) }
    this.#compare(this.#head)
    this.#noteSwitch(entry)
    return entry
  }

  get head(): LogHead {
    return this.#head
  }

  get first(): LogEntry | undefined {
    return this.#first
  }

  get off(): ReadonlySet<ActivityClass> {
    return this.#off
  }

  end(): { entries: number; firstSeq: number; head: LogHead; broken?: ChainBreak } {
    if (!this.#sawKnown && this.#isInReach()) {
      this.#break(this.#known?.seq ?? 0, 'known head missing')
    }
    const broken = this.#broken === undefined ? {} : { broken: this.#broken }
    return { entries: this.#count, firstSeq: this.#first?.seq ?? 0, head: this.#head, ...broken }
  }

  /** False: so old that its segment is gone. */
  #isInReach(): boolean {
    return this.#known !== undefined && this.#known.seq >= (this.#first?.seq ?? 0) - 1
  }

  #compare({ seq, hash }: LogHead): void {
    if (seq !== this.#known?.seq) return
    this.#sawKnown = true
    if (hash !== this.#known.hash) this.#break(seq, 'known head differs')
  }

  #break(seq: number, flaw: Flaw): void {
    this.#broken ??= { seq, flaw }
  }

  #noteSwitch({ class: entryClass, event, facts }: LogEntry): void {
    if (entryClass !== 'log') return
    if (event === 'segment-started') {
      this.#off.clear()
      for (const name of String(facts.off ?? '').split(' ')) this.#switch(name, true)
    }
    if (event === 'logging-off') this.#switch(String(facts.class), true)
    if (event === 'logging-on') this.#switch(String(facts.class), false)
  }

  #switch(name: string, isOff: boolean): void {
    const found = ACTIVITY_CLASSES.find((each) => each === name)
    if (found === undefined) return
    if (isOff) this.#off.add(found)
    else this.#off.delete(found)
  }
}

export function entryOf(line: string): LogEntry | undefined {
  try {
    return parseEntry(line)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}
