import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, chown, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { type DoctorSite, doctorSite, finding } from '../../../../test/support/doctor-site.ts'

let device: DoctorSite
let path: string
const server = createServer()

before(async () => {
  device = await doctorSite()
  path = device.at('data', 'run', 'agent.sock')
  await chmod(device.at('data', 'run'), 0o750)
  server.listen(path)
  await once(server, 'listening')
  await chmod(path, 0o660)
})
after(async () => {
  server.close()
  await device.remove()
})

const level = async (settings = {}) =>
  (await finding('socket-private', device.site(settings))).level

test('the socket that the agent makes is as it has to be', async () => {
  assert.equal(await level(), 'ok')
})

test('a socket that everybody may ask at is wrong', async () => {
  await chmod(path, 0o662)
  assert.equal(await level(), 'wrong')
  await chmod(path, 0o660)
})

test('a folder in which the group may put another socket is wrong', async () => {
  await chmod(device.at('data', 'run'), 0o770)
  assert.equal(await level(), 'wrong')
  await chmod(device.at('data', 'run'), 0o750)
})

const skip = process.getuid?.() === 0 ? false : 'only root gives files away'

test('a socket of another user is wrong', { skip }, async () => {
  await chown(path, 65_534, 65_534)
  assert.equal(await level(), 'wrong')
  await chown(path, 0, 0)
})

test('a file in the place of the socket is wrong', async () => {
  const file = device.at('data', 'run', 'no.sock')
  await writeFile(file, '', { mode: 0o600 })
  assert.equal(await level({ socket: file }), 'wrong')
  await rm(file)
})

test('without a socket nothing is wrong, only unknown', async () => {
  assert.equal(await level({ socket: device.at('data', 'run', 'none.sock') }), 'note')
  assert.equal(await level({ socket: device.at('nowhere', 'agent.sock') }), 'note')
})
