import assert from 'node:assert/strict'
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import {
  AGENT_PID,
  type DoctorSite,
  doctorSite,
  finding,
  processStatus,
} from '../../../../test/support/doctor-site.ts'

const NETWORK_USER = 64_321
let device: DoctorSite
let server: Server
beforeEach(async () => {
  device = await doctorSite()
  await mkdir(device.at('installer/slots'), { recursive: true, mode: 0o755 })
  await mkdir(device.at('run'))
  await chmod(device.at('run'), 0o750)
  await device.proc(`${AGENT_PID}/status`, processStatus(NETWORK_USER, NETWORK_USER))
  server = createServer()
  await new Promise<void>((resolve) => server.listen(device.at('run/i.sock'), resolve))
  await chmod(device.at('run/i.sock'), 0o660)
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  await device.remove()
})

const split = () => ({
  privileges: { socket: device.at('run/i.sock'), dataFolder: device.at('installer') },
  ownersData: { folder: device.at('owner') },
})
const levelOf = async (id: string, settings: object = split()) =>
  (await finding(id, device.site(settings))).level

test('CRA P-084: a split as it is shipped is well', async () => {
  for (const id of ['agent-unprivileged', 'slots-apart', 'installer-socket-apart']) {
    assert.equal(await levelOf(id), 'ok', id)
    assert.equal(await levelOf(id, {}), 'ok', `${id}, as one process`)
  }
})

test('one process as root is a warning in production, and wrong where there should be two', async () => {
  await device.proc(`${AGENT_PID}/status`, processStatus(0, 0))
  assert.equal(await levelOf('agent-unprivileged', {}), 'note')
  assert.equal(await levelOf('agent-unprivileged', { production: true }), 'warning')
  assert.equal(await levelOf('agent-unprivileged'), 'wrong')
})

test('slots that the network’s user owns or may write are wrong', async () => {
  const own = processStatus(process.getuid?.() ?? 0, NETWORK_USER)
  if (process.getuid?.() === 0) {
    await chown(device.at('installer/slots'), NETWORK_USER, 0)
  } else {
    await device.proc(`${AGENT_PID}/status`, own)
  }
  assert.equal(await levelOf('slots-apart'), 'wrong')
})

test('slots that the network’s group may write are wrong', async () => {
  const gid = process.getgid?.() ?? 0
  await device.proc(`${AGENT_PID}/status`, processStatus(NETWORK_USER, gid))
  assert.equal(await levelOf('slots-apart'), 'ok')
  await chmod(device.at('installer'), 0o775)
  assert.equal(await levelOf('slots-apart'), 'wrong')
})

test('a socket that others reach, or may put another one in the place of, is wrong', async () => {
  for (const [path, bad, good] of [
    ['run', 0o751, 0o750],
    ['run', 0o770, 0o750],
    ['run/i.sock', 0o666, 0o660],
  ] as const) {
    await chmod(device.at(path), bad)
    assert.equal(await levelOf('installer-socket-apart'), 'wrong', path)
    await chmod(device.at(path), good)
  }
  assert.equal(await levelOf('installer-socket-apart'), 'ok')
})

test('a file in the place of the socket is wrong; none at all says that nobody listens', async () => {
  await rm(device.at('run/i.sock'))
  assert.equal(await levelOf('installer-socket-apart'), 'note')
  await writeFile(device.at('run/i.sock'), '', { mode: 0o600 })
  assert.equal(await levelOf('installer-socket-apart'), 'wrong')
})

test('a socket folder of the network’s user is wrong: it would listen in the place of the installer', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root gives folders away')
  await chown(device.at('run'), NETWORK_USER, 0)
  assert.equal(await levelOf('installer-socket-apart'), 'wrong')
})
