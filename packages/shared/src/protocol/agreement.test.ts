import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anOffer, NOW, verifiedRelease } from '../../../../test/support/signed-messages.ts'
import { ownersBounds } from './agreement.ts'

const release = verifiedRelease({ postponeMax: 1000, deadlineMin: 500 })
const { policy } = anOffer()

// CRA P-055
test('the director may give the owner more time than the release asks for, never less', () => {
  const upTo = (postponeUpTo?: number) => {
    const given = postponeUpTo === undefined ? {} : { postponeUpTo }
    const offer = anOffer({ policy: { ...policy, ...given } })
    return ownersBounds(offer, release, NOW).postponeUpToSeconds
  }
  assert.equal(upTo(), 1000)
  assert.equal(upTo(10), 1000)
  assert.equal(upTo(2000), 2000)
})

test('a deadline earlier than the release allows counts as the earliest allowed', () => {
  const deadline = (at: number) =>
    ownersBounds(anOffer({ policy: { ...policy, deadline: at } }), release, NOW).deadline
  assert.equal(deadline(NOW - 1), NOW + 500)
  assert.equal(deadline(NOW + 500), NOW + 500)
  assert.equal(deadline(NOW + 501), NOW + 501)
  assert.equal('deadline' in ownersBounds(anOffer(), release, NOW), false)
})
