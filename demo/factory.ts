/** A device as it leaves the factory: its settings, its pack, the first version in slot A. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SAMPLE_RELEASES } from '../firmware-samples/samples.ts'
import { AGENT, type Cohort, FACTORY, writeDeviceSettings } from './devices.ts'
import { runRecorded } from './recorded-command.ts'
import { OF, type Telling } from './telling.ts'

type Needs = Pick<Telling, 'folder' | 'hand' | 'ports'>

export async function makeDevice(
  needs: Needs,
  { id, cohort }: { readonly id: string; readonly cohort: Cohort },
  artifact: string,
): Promise<void> {
  const { folder } = needs
  const { settings, data } = folder.device(id)
  if (existsSync(join(data, 'slots', 'A.json'))) return
  const empty = () => rm(data, { recursive: true, force: true })
  await empty()
  await writeDeviceSettings(folder, id)
  await packFor(needs, id, cohort)
  const install: [string, ...string[]] = [
    ...([AGENT, 'factory-install', '--settings', settings, '--artifact', artifact] as const),
    ...['--version', FACTORY],
    ...['--security-counter', String(SAMPLE_RELEASES[FACTORY].securityCounter)],
  ]
  const { status, stderr } = await runRecorded(folder, install, empty)
  if (status !== 0) throw new Error(`${id} could not be made: ${stderr.trim()}`)
}

async function packFor({ folder, hand, ports }: Needs, id: string, cohort: Cohort): Promise<void> {
  const out = folder.device(id).pack
  // A pack that was cut off is made anew; its token is never used and expires.
  if (existsSync(join(out, 'factory.json')) && existsSync(join(out, 'enrolment-token'))) return
  await rm(out, { recursive: true, force: true })
  await hand.run(
    ...['factory', 'pack', ...OF, '--cohort', cohort, '--device', id],
    // The story's ports need not be the usual ones, and those may be somebody else's server.
    ...['--public-url', `https://localhost:${ports.public}`],
    ...['--device-url', `https://localhost:${ports.device}`],
    ...['--mqtt-url', `mqtts://localhost:${ports.mqtt}`, '--out', out],
  )
}
