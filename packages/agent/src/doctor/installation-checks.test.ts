import assert from 'node:assert/strict'
import { rm, truncate } from 'node:fs/promises'
import { afterEach, beforeEach, test } from 'node:test'
import { type DoctorSite, doctorSite, finding } from '../../../../test/support/doctor-site.ts'

let device: DoctorSite
beforeEach(async () => {
  device = await doctorSite()
})
afterEach(() => device.remove())

const room = (settings: object = {}) => finding('room-for-updates', device.site(settings))

test('a slot with files and no record was never complete', async () => {
  assert.equal((await finding('slot-bootable', device.site())).level, 'wrong')
})

test('room for an update as large as what runs is enough, less is a warning, next to none is wrong', async () => {
  assert.equal((await room()).level, 'ok')
  // A hole in a file has a size and takes no room.
  await truncate(device.at('data/slots/A/main.js'), 8 * 2 ** 40)
  assert.equal((await room()).level, 'warning')
  assert.equal((await room({ dataFolder: '/proc' })).level, 'wrong')
})

test('before the first start the disk is judged on which the folder will lie', async () => {
  await rm(device.at('data'), { recursive: true })
  assert.equal((await room()).level, 'ok')
})
