import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Report } from '@fleetward/shared'
import fc from 'fast-check'
import { type ChainHead, fills, type Gap, placeOf, type ReceivedReport } from './report-chain.ts'

function chain(length: number): ReceivedReport[] {
  return Array.from({ length }, (_, i) => ({
    ...{ device: 'lumen-1', product: 'lumen-g1', token: '', digest: `digest ${i + 1}` },
    report: { seq: i + 1, prev: i === 0 ? '' : `digest ${i}` } as Report,
  }))
}

interface Kept {
  readonly received: ReceivedReport
  missing: number
  prevFits: boolean
}

/** As a store does it. */
function takeAll(reports: readonly ReceivedReport[]): { kept: Kept[]; missing: number } {
  let head: ChainHead = { seq: 0, digest: '' }
  let missing = 0
  const kept: Kept[] = []
  for (const received of reports) {
    const place = placeOf(head, received)
    if (place.kind === 'next') {
      kept.push({ received, missing: place.missing, prevFits: place.prevFits })
      missing += place.missing
      head = { seq: received.report.seq, digest: received.digest }
      continue
    }
    const { seq } = received.report
    const before = kept
      .filter((one) => one.received.report.seq < seq)
      .toSorted(bySeq)
      .at(-1)
    const after = kept.filter((one) => one.received.report.seq > seq).toSorted(bySeq)[0]
    assert.ok(after)
    const { report } = after.received
    const gap: Gap = {
      before: before && { seq: before.received.report.seq, digest: before.received.digest },
      after: { seq: report.seq, prev: report.prev, missing: after.missing },
    }
    const filled = fills(gap, received)
    assert.ok(filled, `${seq}`)
    kept.push({ received, missing: filled.missing, prevFits: filled.prevFits })
    Object.assign(after, { missing: filled.after.missing })
    after.prevFits ||= filled.after.prevFits
    missing -= 1
  }
  return { kept: kept.toSorted(bySeq), missing }
}

const bySeq = (a: Kept, b: Kept) => a.received.report.seq - b.received.report.seq

test('in whatever order the reports of a chain come, they end up as if they had come in theirs', () => {
  const orders = fc
    .integer({ min: 1, max: 12 })
    .chain((length) => fc.shuffledSubarray(chain(length), { minLength: length, maxLength: length }))
  fc.assert(
    fc.property(orders, (order) => {
      const { kept, missing } = takeAll(order)
      assert.equal(missing, 0)
      assert.ok(kept.every((one) => one.missing === 0 && one.prevFits))
    }),
  )
})

const [, second, third, fourth] = chain(5) as [ReceivedReport, ...ReceivedReport[]]
const gap: Gap = {
  before: { seq: 1, digest: 'digest 1' },
  after: { seq: 5, prev: 'digest 4', missing: 3 },
}
const refused: [what: string, gap: Gap, late: ReceivedReport | undefined][] = [
  ['its predecessor is known and is another', { ...gap, before: { seq: 1, digest: 'x' } }, second],
  ['its successor knows another', { ...gap, after: { ...gap.after, prev: 'x' } }, fourth],
  ['nothing is missing there', { ...gap, after: { ...gap.after, missing: 0 } }, third],
  ['what is missing lies after it', { ...gap, after: { ...gap.after, missing: 1 } }, third],
]
for (const [what, at, late] of refused) {
  test(`a late report does not count when ${what}`, () => {
    assert.ok(late)
    assert.ok(fills(gap, late))
    assert.equal(fills(at, late), undefined)
  })
}
