import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type DoctorSite, doctorSite } from '../../../../test/support/doctor-site.ts'
import type { Check, Finding } from './check.ts'
import { wrong } from './check.ts'
import { examine } from './examine.ts'

let device: DoctorSite
beforeEach(async () => {
  device = await doctorSite()
})
afterEach(() => device.remove())

const check = (look: () => Promise<Finding>): Check => ({ id: 'x', what: 'W.', why: 'Y.', look })
const failing = (code: string) =>
  check(async () => {
    throw Object.assign(new Error('failed'), { code })
  })

test('a check that may not look says so, one that cannot is wrong, and the others go on', async () => {
  const examined = await examine(device.site(), [
    failing('EACCES'),
    failing('EIO'),
    check(async () => wrong('seen', 'next')),
  ])
  assert.deepEqual(
    examined.map(({ level }) => level),
    ['note', 'wrong', 'wrong'],
  )
})

test('the name of a file cannot write to the terminal of who asks', async () => {
  const [examined] = await examine(device.site(), [
    check(async () => wrong('\u001b[2Jall is well\u202e', 'a\nb')),
  ])
  assert.equal(examined?.seen, '�[2Jall is well�')
  assert.equal(examined?.next, 'a b')
})
