/** Floods of reports, and who still gets through. CRA P-123 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpError } from '../http/problem.ts'
import { REPORTS_PER_DAY_MAX_COUNT, ReportPace } from './report-pace.ts'

const HOUR_MS = 3_600_000
const FULL = REPORTS_PER_DAY_MAX_COUNT

class Flood {
  nowMs = 0
  readonly pace = new ReportPace(() => this.nowMs)

  /** What a report from there gets: `ok` or a code. */
  from(address: string, today = 0): string {
    try {
      this.pace.takeReport(address, today)
      return 'ok'
    } catch (error) {
      return error instanceof HttpError ? error.code : String(error)
    }
  }

  many(address: string, count: number, today = 0): number {
    const answers = Array.from({ length: count }, () => this.from(address, today))
    return answers.filter((answer) => answer === 'ok').length
  }
}

test('an address sends five at once and one an hour, and its neighbour his own five', () => {
  const flood = new Flood()
  assert.equal(flood.many('192.0.2.1', 50), 5)
  assert.equal(flood.many('192.0.2.2', 50), 5)
  flood.nowMs += HOUR_MS
  assert.equal(flood.many('192.0.2.1', 50), 1)
})

test('a network of many addresses is held up as one, IPv6 by its /48, and others are not', () => {
  const flood = new Flood()
  const sent = Array.from({ length: 200 }, (_, last) => flood.many(`192.0.2.${last}`, 1))
  assert.equal(sent.filter((count) => count === 1).length, 20)
  assert.equal(flood.from('198.51.100.1'), 'ok')
  const line = Array.from({ length: 40 }, (_, last) => flood.many(`2001:db8:1:${last}::1`, 1))
  assert.equal(line.filter((count) => count === 1).length, 5)
  assert.equal(flood.from('2001:db8:2::1'), 'ok')
})

test('an IPv4 address is the same one written as IPv6', () => {
  const flood = new Flood()
  assert.equal(flood.many('::ffff:192.0.2.1', 5), 5)
  assert.equal(flood.from('192.0.2.1'), 'TOO_MANY_REQUESTS')
})

test('on a crowded day those who sent nothing come first, until the day is full', () => {
  const flood = new Flood()
  assert.equal(flood.from('192.0.2.1', FULL / 2 - 1), 'ok')
  assert.equal(flood.from('192.0.2.1', FULL / 2), 'REPORT_INBOX_FULL')
  assert.equal(flood.from('192.0.2.77', FULL / 2), 'REPORT_INBOX_FULL')
  assert.equal(flood.from('198.51.100.1', FULL / 2), 'ok')
  assert.equal(flood.from('198.51.100.1', FULL / 2), 'REPORT_INBOX_FULL')
  assert.equal(flood.from('203.0.113.1', FULL - 1), 'ok')
  assert.equal(flood.from('203.0.114.1', FULL), 'REPORT_INBOX_FULL')
  flood.nowMs += 24 * HOUR_MS
  assert.equal(flood.from('198.51.100.1', FULL / 2), 'ok')
})

test('a sender has two forms under way, and a place is free again when one ends, however it ends', async () => {
  const { pace } = new Flood()
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const underWay = gates.map(({ promise }) => pace.through('192.0.2.1', () => promise))
  await assert.rejects(
    pace.through('192.0.2.1', async () => {}),
    { code: 'TOO_MANY_REQUESTS' },
  )
  await pace.through('192.0.2.2', async () => {})
  gates[0]?.reject(new Error('cut off'))
  await assert.rejects(underWay[0] ?? Promise.resolve(), /cut off/)
  await pace.through('192.0.2.1', async () => {})
  gates[1]?.resolve()
  await underWay[1]
})

test('places are for forms that are under way: however many came before, the next one finds one', async () => {
  const { pace } = new Flood()
  for (let last = 0; last < 1_000; last += 1) {
    await pace.through(`10.0.${last >> 8}.${last & 255}`, async () => {})
  }
  const gate = Promise.withResolvers<void>()
  const many = Array.from({ length: 256 }, (_, last) =>
    pace.through(`10.1.0.${last}`, () => gate.promise),
  )
  // No more than memory has room for.
  await assert.rejects(
    pace.through('10.2.0.1', async () => {}),
    { code: 'TOO_MANY_REQUESTS' },
  )
  gate.resolve()
  await Promise.all(many)
  await pace.through('10.2.0.1', async () => {})
})
