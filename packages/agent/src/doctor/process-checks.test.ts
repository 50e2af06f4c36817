import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import {
  AGENT_PID,
  type DoctorSite,
  doctorSite,
  finding,
} from '../../../../test/support/doctor-site.ts'

let device: DoctorSite
beforeEach(async () => {
  device = await doctorSite()
})
afterEach(() => device.remove())

const levelOf = async (id: string, ...site: Parameters<DoctorSite['site']>) =>
  (await finding(id, device.site(...site))).level
const ofAgent = (file: string, contents: string) => device.proc(`${AGENT_PID}/${file}`, contents)
const limits = (soft: string) =>
  `Limit                     Soft Limit  Hard Limit  Units\nMax core file size        ${soft}  unlimited  bytes\n`

test('without a running agent its process is not judged', async () => {
  for (const id of ['agent-unprivileged', 'no-core-dumps', 'watched-by-systemd']) {
    assert.equal(await levelOf(id, {}, { pid: undefined }), 'note', id)
  }
})

test('core files are off when the limit says so and no program is handed them anyway', async () => {
  for (const [soft, pattern, level] of [
    ['0', 'core', 'ok'],
    ['0', '|/usr/lib/systemd/systemd-coredump %P', 'ok'],
    ['0', '|/usr/share/apport/apport %p', 'warning'],
    ['unlimited', 'core', 'warning'],
    ['1048576', 'core', 'warning'],
  ] as const) {
    await ofAgent('limits', limits(soft))
    await device.proc('sys/kernel/core_pattern', `${pattern}\n`)
    assert.equal(await levelOf('no-core-dumps'), level, `${soft} ${pattern}`)
  }
})

test('a unit without a watchdog is a warning, as is one that watches another process', async () => {
  for (const [environment, level] of [
    [['PATH=/bin'], 'note'],
    [['NOTIFY_SOCKET=/run/n'], 'warning'],
    [['NOTIFY_SOCKET=/run/n', 'WATCHDOG_USEC=180000000'], 'ok'],
    [['NOTIFY_SOCKET=/run/n', 'WATCHDOG_USEC=180000000', `WATCHDOG_PID=${AGENT_PID}`], 'ok'],
    [['NOTIFY_SOCKET=/run/n', 'WATCHDOG_USEC=180000000', 'WATCHDOG_PID=1'], 'warning'],
  ] as const) {
    await ofAgent('environ', `${environment.join('\0')}\0`)
    assert.equal(await levelOf('watched-by-systemd'), level, environment.join(' '))
  }
})

test('CRA P-031: a Node.js with known holes is wrong in production', async () => {
  const old = { nodeVersion: 'v26.10.0' }
  assert.equal(await levelOf('node-patched', { production: true }), 'ok')
  assert.equal(await levelOf('node-patched', { production: true }, old), 'wrong')
  assert.equal(await levelOf('node-patched', {}, old), 'note')
})
