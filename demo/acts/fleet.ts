/** The devices: how they leave the factory, and how an operator keeps them in order. */

import { SAMPLE_COMPATIBLE } from '../../firmware-samples/samples.ts'
import { ALL_DEVICES, COHORTS, FACTORY } from '../devices.ts'
import { makeDevice } from '../factory.ts'
import { allRun } from '../fleet.ts'
import { OF, type Telling } from '../telling.ts'

const COUNTRIES = { homes: 'DE', offices: 'AT' } as const

export async function makeDevices(telling: Telling): Promise<void> {
  const { path } = await telling.desk.build(FACTORY)
  await Promise.all(ALL_DEVICES.map((device) => makeDevice(telling, device, path)))
  telling.tell(
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
