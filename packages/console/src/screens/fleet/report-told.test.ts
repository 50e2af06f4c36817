import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Report } from '../../api/operator-api.gen.ts'
import { toldBy } from './report-told.ts'

const report = (more: Partial<Report> = {}): Report => ({
  ...{ seq: 7, receivedAt: 1_795_000_000, state: 'idle', version: '1.4.2' },
  ...{ missingBefore: 0, prevFits: true, token: 'a.b.c', ...more },
})

test('a wait is told as a wait and never as a failure', () => {
  for (const waitingFor of ['postponement', 'optIn', 'approval', 'window'] as const) {
    const { tone, more } = toldBy(report({ state: 'offered', waitingFor }), undefined)
    assert.deepEqual([tone, more], ['waits', []], waitingFor)
  }
  assert.equal(toldBy(report({ state: 'failed' }), undefined).tone, 'bad')
})

test('a failure has its code, and a new version what ran before', () => {
  assert.deepEqual(
    toldBy(report({ state: 'failed', code: 'SELF_TEST_FAILED' }), report({ seq: 6 })).more,
    [{ code: 'SELF_TEST_FAILED' }],
  )
  assert.deepEqual(toldBy(report({ version: '1.4.3' }), report({ seq: 6 })).more, [
    { key: 'report.versionNow', facts: { version: '1.4.3', before: '1.4.2' } },
  ])
})

test('a refusal, a gap and a report that does not follow are odd, the first report is not', () => {
  const odd = (more: Partial<Report>) => toldBy(report(more), undefined).more
  assert.deepEqual(odd({ refused: 'manifest', code: 'TOKEN_EXPIRED' }), [
    { key: 'report.refusedManifest', isOdd: true },
    { code: 'TOKEN_EXPIRED' },
  ])
  assert.deepEqual(odd({ missingBefore: 3, prevFits: false }), [
    { key: 'report.missing', facts: { count: 3 }, isOdd: true },
  ])
  assert.deepEqual(odd({ prevFits: false }), [{ key: 'report.unchained', isOdd: true }])
  assert.deepEqual(odd({ seq: 1, prevFits: false }), [])
})
