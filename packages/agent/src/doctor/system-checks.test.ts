import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type DoctorSite, doctorSite, finding } from '../../../../test/support/doctor-site.ts'
import { FileRecordStore } from '../adapters/file-record-store.ts'
import { firstRecord } from '../core/agent-record.ts'

let device: DoctorSite
beforeEach(async () => {
  device = await doctorSite()
})
afterEach(() => device.remove())

test('CRA P-093: a kernel that places programs where everybody expects them is wrong', async () => {
  for (const [name, value, id, level] of [
    ['randomize_va_space', '2', 'addresses-random', 'ok'],
    ['randomize_va_space', '1', 'addresses-random', 'wrong'],
    ['randomize_va_space', '0', 'addresses-random', 'wrong'],
    ['dmesg_restrict', '1', 'kernel-log-private', 'ok'],
    ['dmesg_restrict', '0', 'kernel-log-private', 'warning'],
  ] as const) {
    await device.proc(`sys/kernel/${name}`, `${value}\n`)
    assert.equal((await finding(id, device.site())).level, level, `${name} ${value}`)
  }
})

test('a clock behind what the device has verified is wrong, a few minutes are not', async () => {
  const floor = 1_800_000_000
  const record = { ...firstRecord('pilot', 1, 0), clockFloor: floor }
  await new FileRecordStore(device.at('data')).save(record)
  const at = async (seconds: number) =>
    (await finding('clock-plausible', device.site({}, { nowMs: seconds * 1000 }))).level
  assert.equal(await at(floor + 1), 'ok')
  assert.equal(await at(floor - 60), 'ok')
  assert.equal(await at(floor - 86_400), 'wrong')
})
