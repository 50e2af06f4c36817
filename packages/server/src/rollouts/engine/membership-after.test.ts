import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Membership } from './membership.ts'
import {
  afterOffer,
  afterReport,
  afterRetry,
  afterSighting,
  type TellingReport,
} from './membership-after.ts'

const rollout = { id: 'r', version: '1.4.3' }
const resting = { waitingFor: undefined }
const queued: Membership = {
  ...{ group: 0, late: false, position: 1 },
  ...{ offeredAt: undefined, silenceFrom: undefined, end: undefined },
}
const offered = afterOffer(queued, 100)
const seen = afterSighting(offered, 150)
const of = (state: TellingReport['state'], change: Partial<TellingReport> = {}): TellingReport => ({
  ...{ rollout: 'r', attempt: 1, state, version: '1.4.2' },
  ...change,
})
const after = (membership: Membership, report: TellingReport, before = resting, at = 200) =>
  afterReport(membership, report, before, rollout, at)
const committed = of('idle', { rollout: undefined, attempt: undefined, version: '1.4.3' })

test('an offer and the first sign of life after it are written once', () => {
  assert.equal(offered.offeredAt, 100)
  assert.equal(afterOffer(offered, 999), offered)
  assert.equal(afterSighting(queued, 999), queued)
  assert.equal(seen.silenceFrom, 150)
  assert.equal(afterSighting(seen, 999), seen)
})

test('a device that was away when its turn came gets the whole time limit when it is back', () => {
  assert.equal(after(offered, of('downloading'), resting, 90_000).silenceFrom, 90_000)
})

test('the time limit runs on while it works', () => {
  assert.equal(after(seen, of('downloading'), resting, 500), seen)
})

test('waiting is no silence: the time limit begins anew when the wait is over (NervesHub #774)', () => {
  const waiting = after(seen, of('offered', { waitingFor: 'postponement' }), resting, 300)
  assert.equal(waiting.silenceFrom, 300)
  const over = after(waiting, of('downloading'), { waitingFor: 'postponement' as never }, 90_000)
  assert.equal(over.silenceFrom, 90_000)
})

test('success is a committed version, not a download that is done and not a trial', () => {
  for (const state of [
    'downloading',
    'installing',
    'arming',
    'rebooting',
    'trial',
    'committing',
  ] as const) {
    assert.equal(after(seen, of(state, { version: '1.4.3' })).end, undefined)
  }
  assert.equal(after(seen, committed).end?.as, 'succeeded')
})

test('a failure is kept with its code, and gives way to a success or a later attempt alone', () => {
  const failed = after(seen, of('failed', { code: 'SELF_TEST_FAILED' }))
  assert.deepEqual(failed.end, { as: 'failed', attempt: 1, at: 200, code: 'SELF_TEST_FAILED' })
  assert.equal(after(failed, of('idle', { rollout: undefined })), failed)
  assert.equal(after(failed, of('failed', { code: 'OTHER' })), failed)
  assert.equal(after(failed, of('failed', { attempt: 2, code: 'OTHER' })).end?.attempt, 2)
  assert.equal(after(failed, committed).end?.as, 'succeeded')
})

test('a success stays one, whatever comes later', () => {
  const succeeded = after(seen, committed)
  assert.equal(after(succeeded, of('failed')), succeeded)
  assert.equal(after(succeeded, committed), succeeded)
  assert.equal(afterRetry(succeeded, 500), succeeded)
})

test('what it says about another rollout shows only that it lives', () => {
  const other = after(offered, of('failed', { rollout: 'other' }))
  assert.deepEqual([other.end, other.silenceFrom], [undefined, 200])
})

test('before its turn no report counts', () => {
  assert.equal(after(queued, committed), queued)
})

test('another attempt begins the time limit anew', () => {
  const again = afterRetry(after(seen, of('failed')), 500)
  assert.deepEqual([again.offeredAt, again.silenceFrom, again.end?.attempt], [500, undefined, 1])
})
