/** Under Annex VII 2(c): who did what to the product on this server, out of the audit log, with where it stood there. */
import { type AuditHead, encodePassedOver, type PassedOver, readAuditLine } from '@fleetward/shared'
import { facts } from '../document.ts'
import type { DossierSource, Section } from '../section.ts'

const BATCH_COUNT = 200
/** Reports from outside may be under an embargo, and cases may be drills: neither belongs into the file. */
const WITHHELD = /^disclosure\//

export const auditRecord: Section = {
  id: 'audit-record',
  item: '2',
  title: 'Record of what was done',
  async write(source) {
    const { stores, auditKeys, now } = source
    const head = await stores.audit.head()
    const checkpoint = await stores.audit.checkpoint()
    const drills = await drillSubjects(source)
    const set = JSON.parse(new TextDecoder().decode(await auditKeys.publicKeys())) as object
    const { seq = 0, hash = '', token } = checkpoint ?? {}
    const signed =
      head.seq === 0 ? undefined : await auditKeys.sign({ kind: 'head', ...head, at: now })
    const first = { fleetwardAuditExtract: 1, product: source.product, beginning: { seq, hash } }
    return {
      blocks: [
        facts([
          ['Last entry of the log', String(head.seq)],
          ['Its SHA-256', head.hash],
          ['Deleted by retention up to entry', seq === 0 ? 'none' : String(seq)],
        ]),
      ],
      files: [
        {
          ...{ path: 'audit/extract.jsonl', mediaType: 'application/x-ndjson', item: 'VII.2(c)' },
          what: 'Entries of the audit log about the product, as they are chained there',
          async *content() {
            yield utf8(JSON.stringify({ ...first, checkpoint: token, keys: set }))
            yield* extractOf(source, { beginning: { seq, hash }, to: head.seq, drills })
            if (signed !== undefined) yield utf8(JSON.stringify({ head: signed }))
          },
        },
      ],
    }
  },
}

async function* extractOf(
  { stores, product }: DossierSource,
  { beginning, to, drills }: { beginning: AuditHead; to: number; drills: ReadonlySet<string> },
): AsyncGenerator<Uint8Array> {
  let passed: PassedOver['passedOver'] | undefined
  let before = beginning.hash
  for (let at = beginning.seq; at < to; ) {
    const lines = await stores.audit.lines(at, BATCH_COUNT)
    if (lines.length === 0) break
    for (const { seq, hash, line } of lines) {
      if (seq > to) break
      const entry = readAuditLine(line)
      const isShown =
        entry?.product === product && !WITHHELD.test(entry.subject) && !drills.has(entry.subject)
      if (!isShown) {
        passed = { from: passed?.from ?? seq, to: seq, prev: passed?.prev ?? before, hash }
        before = hash
        continue
      }
      if (passed !== undefined) yield utf8(encodePassedOver(passed))
      passed = undefined
      yield utf8(line)
      before = hash
    }
    at = lines.at(-1)?.seq ?? to
  }
  if (passed !== undefined) yield utf8(encodePassedOver(passed))
}

async function drillSubjects({ stores, product }: DossierSource): Promise<ReadonlySet<string>> {
  const drills = new Set<string>()
  let before: string | undefined
  for (;;) {
    const limit = BATCH_COUNT
    const some = await stores.cases.list({ products: [product], isOpen: undefined, before, limit })
    for (const { id, isDrill } of some) if (isDrill) drills.add(`case/${id}`)
    before = some.at(-1)?.id
    if (some.length < limit) return drills
  }
}

const utf8 = (line: string) => Buffer.from(`${line}\n`)
