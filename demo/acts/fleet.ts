/** The devices: how they leave the factory, and how an operator keeps them in order. */

import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SAMPLE_COMPATIBLE, SAMPLE_RELEASES } from '../../firmware-samples/samples.ts'
import { AGENT, ALL_DEVICES, COHORTS, FACTORY, writeDeviceSettings } from '../devices.ts'
import { allRun } from '../fleet.ts'
import { runRecorded } from '../recorded-command.ts'
import { OF, type Telling } from '../telling.ts'

const COUNTRIES = { homes: 'DE', offices: 'AT' } as const

export async function makeDevices({ desk, folder, ports, tell }: Telling): Promise<void> {
  const { path: artifact } = await desk.build(FACTORY)
  for (const { id, cohort } of ALL_DEVICES) {
    const { pack, settings, data } = folder.device(id)
    if (existsSync(join(data, 'slots', 'A.json'))) continue
    const empty = () => rm(data, { recursive: true, force: true })
    await empty()
    await writeDeviceSettings(folder, id)
    await desk.packFor(id, cohort, pack, ports)
    const install: [string, ...string[]] = [
      ...([AGENT, 'factory-install', '--settings', settings, '--artifact', artifact] as const),
      ...['--version', FACTORY],
      ...['--security-counter', String(SAMPLE_RELEASES[FACTORY].securityCounter)],
    ]
    const { status, stderr } = await runRecorded(folder, install, empty)
    if (status !== 0) throw new Error(`${id} could not be made: ${stderr.trim()}`)
  }
  tell(
    `  Each has ${FACTORY} in slot A, a token for the cohort ${COHORTS.join(' or ')}, and trusts one root (${SAMPLE_COMPATIBLE}).`,
  )
}

export async function enrol({ hand, tell, until }: Telling): Promise<void> {
  await until(
    'all devices to enrol and report',
    allRun(
      FACTORY,
      ALL_DEVICES.map(({ id }) => id),
    ),
  )
  tell(`  All have enrolled, hold a certificate of their own, and run ${FACTORY}.`)
  for (const { id, cohort } of ALL_DEVICES) {
    await hand.run('devices', 'set', id, ...OF, '--text', `country=${COUNTRIES[cohort]}`)
  }
  await hand.run(
    ...['cohorts', 'create', 'laboratory', ...OF, '--description', 'Devices in our own rooms'],
  )
  await hand.run('cohorts', 'rule', 'laboratory', ...OF, '--filter', 'test')
  await hand.run('devices', 'expect', 'G1-0006', ...OF, '--cohort', 'laboratory', '--test')
  for (const [name, filter, description] of [
    ['before-the-fix', 'version < 1.4.3', 'Has the hole that 1.4.3 closes'],
    ['silent', 'not online and lastSeen > 7d', 'Nobody has heard of it for a week'],
  ] as const) {
    await hand.run('filters', 'save', name, filter, ...OF, '--description', description)
  }
  tell('  Countries, a cohort for the laboratory and two filters are written down.')
}
