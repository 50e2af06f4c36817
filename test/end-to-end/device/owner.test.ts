/** The owner's decisions, by the command line, on a real device that a real server updates. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Fleet } from '../support/fleet.ts'
import type { FleetDevice } from '../support/fleet-device.ts'
import { until } from '../support/until.ts'

const HOUR = 3600
const DAY = 24 * HOUR
/** As the release of these tests is signed. */
const POSTPONE_MAX = DAY

const fleet = await Fleet.inside()
after(() => fleet.end())
await fleet.publish({ version: '1.4.3', securityCounter: 2 })

interface Log {
  readonly entries: readonly { readonly event: string; readonly by: string }[]
}

async function events(device: FleetDevice): Promise<string[]> {
  const { entries } = await device.cli<Log>('log', '--limit', '500')
  return entries.map(({ event, by }) => `${event} by ${by}`)
}

async function offered(id: string, cohort: string, settings: object = {}): Promise<FleetDevice> {
  const device = await fleet.device(id, { cohort, settings })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: '1.4.2' })
  return device
}

const waitsFor = (device: FleetDevice, waitingFor: string) =>
  until(
    async () => (await device.cli<{ waitingFor?: string }>('status')).waitingFor === waitingFor,
    () => `${device.id} waits for ${waitingFor}\n${device.account()}`,
  )

test('who opted out gets no security update by itself, is told of it, and gets it after opting in (CRA P-054)', async () => {
  const device = await offered('G1-0001', 'opted')
  await device.cli('opt-out')
  await fleet.rollOut('1.4.3', 'opted')
  await waitsFor(device, 'optIn')
  const { notices } = await device.cli<{ notices: { version: string; severity: string }[] }>(
    'updates',
  )
  assert.equal(notices[0]?.version, '1.4.3')
  await fleet.untilSeen(device, { state: 'offered', waitingFor: 'optIn', version: '1.4.2' })

  await device.cli('opt-in')
  await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })
  const seen = await events(device)
  assert.ok(seen.includes('opted-out by cli'))
  assert.ok(seen.indexOf('opted-in by cli') > seen.indexOf('opted-out by cli'))
})

test('an operator in a hurry changes no choice of the owner, and the notice names the advisory (CRA P-054, P-056)', async () => {
  const device = await offered('G1-0007', 'hurried')
  await device.cli('opt-out')
  const { owner } = await device.cli<{ owner: unknown }>('status')
  await fleet.call('POST', '/rollouts', {
    ...{ release: '1.4.3', cohort: 'hurried' },
    policy: { retryAfter: 0, postponeUpTo: 0, deadline: 1 },
    notice: { summary: 'Closes a hole', severity: 'critical', advisories: ['LUMEN-2026-7'] },
  })
  await waitsFor(device, 'optIn')
  assert.deepEqual((await device.cli<{ owner: unknown }>('status')).owner, owner)
  const { notices } = await device.cli<{
    notices: { severity: string; why: { advisories: string[] } }[]
  }>('updates')
  assert.equal(notices[0]?.severity, 'critical')
  assert.deepEqual(notices[0]?.why.advisories, ['LUMEN-2026-7'])
})

test('an opt-out survives a kill of the agent', async () => {
  const device = await offered('G1-0002', 'killed')
  await device.cli('opt-out', '--for', '7d')
  await device.kill()
  device.start()
  await fleet.rollOut('1.4.3', 'killed')
  await waitsFor(device, 'optIn')
  const { owner } = await device.cli<{ owner: { optedOut: { until: number } } }>('status')
  assert.ok(owner.optedOut.until > Date.now() / 1000 + 6 * DAY)
})

test('a postponement reaches the end of the signed allowance and no further, and says how far (CRA P-055)', async () => {
  const device = await offered('G1-0003', 'postponed', { updates: { security: 'ask' } })
  await fleet.rollOut('1.4.3', 'postponed')
  await waitsFor(device, 'approval')
  const [notice] = (
    await device.cli<{ notices: { postponement: { latest: number } }[] }>('updates')
  ).notices
  const { latest } = notice?.postponement ?? { latest: 0 }
  const left = latest - Date.now() / 1000
  assert.ok(left > POSTPONE_MAX - HOUR && left <= POSTPONE_MAX)

  await device.cli('postpone', '1h')
  await waitsFor(device, 'postponement')
  const refused = await device.refused(
    'postpone',
    '--until',
    new Date((latest + 60) * 1000).toISOString(),
  )
  assert.equal(refused.error.code, 'POSTPONEMENT_EXHAUSTED')
  assert.equal(refused.error.facts.latest, latest)

  await device.kill()
  device.start()
  await waitsFor(device, 'postponement')
  await device.cli('install')
  await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })
})

test('outside the maintenance window nothing installs; without one it does', async () => {
  const device = await offered('G1-0004', 'windowed')
  const soon = new Date(Date.now() + 12 * HOUR * 1000)
  const clock = (date: Date) => date.toISOString().slice(11, 16)
  const later = new Date(soon.getTime() + HOUR * 1000)
  await device.cli('window', '1-7', clock(soon), clock(later), 'UTC')
  await fleet.rollOut('1.4.3', 'windowed')
  await waitsFor(device, 'window')
  await device.cli('window', 'off')
  await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })
})

test('who wants the last word is asked when everything is written, before the switch', async () => {
  const device = await offered('G1-0005', 'approved')
  await device.cli('settings', 'approvalAsLastStep=true')
  await fleet.rollOut('1.4.3', 'approved')
  await fleet.untilSeen(device, { state: 'installing', waitingFor: 'approval', version: '1.4.2' })
  await device.kill()
  device.start()
  await waitsFor(device, 'approval')
  await device.cli('install')
  await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })
  assert.ok((await events(device)).includes('update-approved by cli'))
})

test('a wrong setting changes nothing, and says what would be right', async () => {
  const device = await offered('G1-0006', 'homes')
  const before = await device.cli<{ owner: unknown }>('status')
  for (const words of [
    ['settings', 'security=never'],
    ['settings', 'unknown=true'],
    ['settings', 'notify=false', 'logClassesOff=everything'],
    ['window', '1-5', '02:00', '02:00', 'Europe/Berlin'],
    ['window', '1-5', '02:00', '05:00', 'Mars/Base'],
  ]) {
    const { error } = await device.refused(...words)
    assert.match(error.code, /^(REQUEST_INVALID|WINDOW_INVALID)$/)
  }
  assert.deepEqual((await device.cli<{ owner: unknown }>('status')).owner, before.owner)
})
