/**
 * Whether lines are a chain. Pure. A chain shows by itself what was changed or taken out inside it; what was cut off
 * at its end shows to whoever knows a head from before: an export, the file beside the database, a log server.
 */
import { type AuditLine, auditHashOf, readAuditLine } from './audit-line.ts'

/** Number and hash of a line, by which everything before it can be checked. */
export interface AuditHead {
  /** 0 before the first line. */
  readonly seq: number
  /** Empty before the first line. */
  readonly hash: string
}

export const NO_AUDIT_LINES: AuditHead = { seq: 0, hash: '' }

export type AuditFlaw =
  /** No line of the log, or one of another form. */
  | 'unreadable'
  /** A line before it is missing, or came from elsewhere. */
  | 'out of order'
  /** The line before it was changed, or this one. */
  | 'not chained'
  /** The log does not begin where its beginning, or the last deletion by retention, was. */
  | 'beginning missing'
  /** A head that was known from before is another one here, or is not there any more. */
  | 'known head differs'
  | 'known head missing'

export interface AuditBreak {
  /** Of the line where it shows; of a line without a readable number, the one that was due. */
  readonly seq: number
  readonly flaw: AuditFlaw
}

export interface AuditVerdict {
  readonly lines: number
  readonly firstSeq: number
  readonly head: AuditHead
  /** The first, in the order of the log. */
  readonly broken?: AuditBreak
}

/** Takes line by line; ask {@link AuditChain.end} last. */
export class AuditChain {
  readonly #known: Map<number, string>
  readonly #beginning: AuditHead
  #head: AuditHead
  #firstSeq = 0
  #count = 0
  #broken: AuditBreak | undefined

  /** `beginning` is what the first line leads on from: nothing, or what retention deleted up to. */
  constructor({
    beginning = NO_AUDIT_LINES,
    known = [],
  }: { beginning?: AuditHead | undefined; known?: readonly AuditHead[] } = {}) {
    this.#beginning = beginning
    this.#head = beginning
    this.#known = new Map(
      known.filter(({ seq }) => seq > beginning.seq).map(({ seq, hash }) => [seq, hash]),
    )
  }

  /** The line's content; undefined when it is none. */
  take(text: string): AuditLine | undefined {
    const line = readAuditLine(text)
    const due = this.#head.seq + 1
    this.#count += 1
    if (line === undefined) {
      this.#break(due, 'unreadable')
      // What follows is compared with what stands there: the first flaw is what is told.
      this.#head = { seq: due, hash: auditHashOf(text) }
      return undefined
    }
    if (this.#firstSeq === 0) {
      this.#firstSeq = line.seq
      const { seq, hash } = this.#beginning
      if (line.seq !== seq + 1 || line.prev !== hash) this.#break(line.seq, 'beginning missing')
    } else if (line.seq !== due) this.#break(line.seq, 'out of order')
    else if (line.prev !== this.#head.hash) this.#break(line.seq, 'not chained')
    this.#head = { seq: line.seq, hash: auditHashOf(text) }
    const known = this.#known.get(line.seq)
    if (known !== undefined && known !== this.#head.hash) {
      this.#break(line.seq, 'known head differs')
    }
    return line
  }

  get head(): AuditHead {
    return this.#head
  }

  end(): AuditVerdict {
    const cutOff = [...this.#known.keys()].filter((seq) => seq > this.#head.seq)
    if (cutOff.length > 0) this.#break(this.#head.seq + 1, 'known head missing')
    const broken = this.#broken === undefined ? {} : { broken: this.#broken }
    return { lines: this.#count, firstSeq: this.#firstSeq, head: this.#head, ...broken }
  }

  #break(seq: number, flaw: AuditFlaw): void {
    this.#broken ??= { seq, flaw }
  }
}
