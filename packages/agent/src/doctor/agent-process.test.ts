import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, test } from 'node:test'
import { AGENT_PID, type DoctorSite, doctorSite } from '../../../../test/support/doctor-site.ts'
import { findAgentUser, userOf } from './agent-process.ts'

let device: DoctorSite
beforeEach(async () => {
  device = await doctorSite()
})
afterEach(() => device.remove())

test('the user with whose rights a process acts counts, with all its groups', async () => {
  const status = 'Name:\tnode\nUid:\t0\t9\t9\t9\nGid:\t5\t6\t6\t6\nGroups:\t7 8 \n'
  await device.proc(`${AGENT_PID}/status`, status)
  const user = await findAgentUser(device.site())
  assert.equal(user?.uid, 9)
  assert.deepEqual(user?.gids, [5, 6, 7, 8])
})

test('a process of this machine is read as it is', async () => {
  const user = await userOf(`/proc/${process.pid}`)
  assert.equal(user.uid, process.geteuid?.())
  assert.ok(user.gids.includes(process.getegid?.() ?? -1))
})

test('an agent that does not run is who owns its data; before its first start it is nobody', async () => {
  const stopped = device.site({}, { pid: undefined })
  assert.equal((await findAgentUser(stopped))?.uid, process.getuid?.())
  await rm(device.at('data'), { recursive: true })
  assert.equal(await findAgentUser(stopped), undefined)
})
