/** A device whose factory settings let it say where its clock is set, and when its owner sleeps, with a real agent. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Json } from '@fleetward/shared'
import { uncatalogued } from '../../../packages/agent/src/owners-data/telemetry-catalogue.ts'
import { file } from '../../../packages/server/test/support/desk.ts'
import { Fleet } from '../support/fleet.ts'
import { until } from '../support/until.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())

test('a device says its zone where its manufacturer signed so, and says it anew when it travels', async () => {
  const device = await fleet.device('G1-0001', { cohort: 'abroad' })
  const bytes = new TextEncoder().encode('{"telemetry":"diagnostic"}')
  const settings = file('trust/factory-settings.json', bytes)
  const pack = join(device.folder, 'pack')
  await writeFile(join(pack, 'factory-settings.json'), bytes)
  await writeFile(join(pack, 'targets.json'), fleet.desk.targetsMetadata(1, [settings]))

  const sayingZone = async (zone: string) => {
    const path = `/devices/${device.id}`
    await until(
      async () => {
        if ((await fleet.view(device)) === undefined) return false
        const { inventory } = await fleet.call<{ inventory?: { timeZone?: string } }>('GET', path)
        return inventory?.timeZone === zone
      },
      () => `${device.id} says ${zone}\n${device.account()}`,
    )
  }
  // What the agent's process inherits, as it would from the machine.
  process.env.TZ = 'Asia/Tokyo'
  device.start()
  await sayingZone('Asia/Tokyo')
  await device.stop()
  process.env.TZ = 'Europe/Berlin'
  device.start()
  await sayingZone('Europe/Berlin')

  const sayingWindow = async (wanted: object | string) => {
    await until(
      async () => {
        const path = `/devices/${device.id}`
        const { owner } = await fleet.call<{ owner?: { window?: object } }>('GET', path)
        const window = owner?.window
        if (typeof window !== 'object') return window === wanted
        const { opens, closes, ...hours } = window as { opens: number; closes: number }
        return opens < closes && JSON.stringify(hours) === JSON.stringify(wanted)
      },
      () => `${device.id} says ${JSON.stringify(wanted)}\n${device.account()}`,
    )
  }
  await sayingWindow('none')
  await device.cli('window', '6-7', '22:00', '05:30', 'Asia/Tokyo')
  await sayingWindow({ weekdays: [6, 7], from: '22:00', to: '05:30', timeZone: 'Asia/Tokyo' })
  await device.cli('window', 'off')
  await sayingWindow('none')

  for (const { token } of await fleet.reports(device)) {
    const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
    assert.deepEqual(uncatalogued(JSON.parse(claims) as Record<string, Json>, 'diagnostic'), [])
  }
})
