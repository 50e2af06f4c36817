/**
 * The entries of one product out of the audit log, with what shows where they stood in it. Pure. Entries that follow one
 * another are a chain as in the log; between others a line says which entries of somebody else lay there, what the first of
 * them led on from, and with which hash they ended, which is what the next entry leads on from. That none of the product's own was left out there is the
 * word of who signed the extract; whoever has the whole log can see it, since every entry has the same hash in both.
 */
import { Fields, isSha256Hex } from '../json/fields.ts'
import { parseJson } from '../json/parse-json.ts'
import type { AuditHead } from './audit-chain.ts'
import { AUDIT_LINE_MAX_BYTES, auditHashOf, readAuditLine } from './audit-line.ts'

/** Entries of others, from one to another, both included. */
export interface PassedOver {
  readonly passedOver: {
    readonly from: number
    readonly to: number
    /** What the first of them leads on from, and how the last one ends. */
    readonly prev: string
    readonly hash: string
  }
}

export function encodePassedOver({ from, to, prev, hash }: PassedOver['passedOver']): string {
  return JSON.stringify({ passedOver: { from, to, prev, hash } } satisfies PassedOver)
}

export class AuditExtract {
  readonly #product: string
  #head: AuditHead
  #entries = 0
  #flaw: string | undefined

  constructor(product: string, beginning: AuditHead) {
    this.#product = product
    this.#head = beginning
  }

  take(text: string): void {
    const due = this.#head.seq + 1
    if (text.startsWith('{"passedOver":')) this.#passOver(text, due)
    else this.#takeEntry(text, due)
  }

  #takeEntry(text: string, due: number): void {
    const line = readAuditLine(text)
    if (line === undefined) {
      this.#break(due, 'is no line of an audit log')
      return
    }
    if (line.seq !== due || line.prev !== this.#head.hash) {
      this.#break(due, 'does not lead on from the entry before it')
    }
    if (line.product !== this.#product) this.#break(line.seq, 'is not of this product')
    this.#entries += 1
    this.#head = { seq: line.seq, hash: auditHashOf(text) }
  }

  /** `head`: what the server signed as the head of its log. */
  end(head: AuditHead): { readonly entries: number; readonly flaw?: string } {
    const { seq, hash } = this.#head
    if (seq !== head.seq || hash !== head.hash) this.#break(seq, 'does not end at the signed head')
    const flaw = this.#flaw === undefined ? {} : { flaw: this.#flaw }
    return { entries: this.#entries, ...flaw }
  }

  #passOver(text: string, due: number): void {
    const fields = new Fields(
      parseJson(new TextEncoder().encode(text), AUDIT_LINE_MAX_BYTES),
      'JSON_INVALID',
    )
    const { from, to, prev, hash } = fields.object('passedOver', (run) => {
      const read = {
        from: run.integer('from', 1),
        to: run.integer('to', 1),
        prev: run.matching('prev', isHashOrNone, 'a SHA-256, or empty'),
        hash: run.sha256('hash'),
      }
      run.refuseOthers()
      return read
    })
    fields.refuseOthers()
    if (from !== due || to < from || prev !== this.#head.hash) {
      this.#break(due, 'does not lead on from the entry before it')
    }
    this.#head = { seq: to, hash }
  }

  #break(seq: number, flaw: string): void {
    this.#flaw ??= `entry ${seq} ${flaw}`
  }
}

const isHashOrNone = (text: unknown): text is string => text === '' || isSha256Hex(text)
