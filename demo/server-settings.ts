/** The settings of the story's server: chosen once, because the devices' factory packs hold the ports. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { writeFileDurably } from '@fleetward/platform'
import { type BrokerSection, brokerSection } from './beside/mosquitto.ts'
import { type DatabaseSection, makePostgres } from './beside/postgres.ts'
import type { StoryFolder } from './folder.ts'
import { anyFree, freePorts, isUsual, type Ports } from './free-ports.ts'

/** What a new story is told with; one that goes on has it in its settings. */
export interface Beside {
  readonly postgres: boolean
  readonly mosquitto: boolean
}

export interface ServerSettings {
  readonly listen: Ports
  readonly database?: DatabaseSection
  readonly broker?: BrokerSection
}

export async function serverSettings(
  folder: StoryFolder,
  { postgres, mosquitto }: Beside,
  tell: (sentence: string) => void,
): Promise<ServerSettings> {
  const { settings, data } = folder.server
  if (existsSync(settings)) {
    return JSON.parse(await readFile(settings, 'utf8')) as ServerSettings
  }
  const ports = await freePorts()
  const written = {
    ...{ dataFolder: data, host: ['localhost', '127.0.0.1'] },
    listen: { address: '127.0.0.1', ...ports },
    // So that the page of updates to take by hand has some, with their hashes.
    publicDownload: true,
    ...(postgres ? { database: await makePostgres(folder, await anyFree()) } : {}),
    ...(mosquitto ? { broker: brokerSection(folder, await anyFree()) } : {}),
  }
  await writeFileDurably(settings, `${JSON.stringify(written, null, 2)}\n`)
  if (!isUsual(ports)) {
    const taken = Object.entries(ports).map(([use, port]) => `${use} ${port}`)
    tell(`Some usual ports are taken; using ${taken.join(', ')}.`)
  }
  return written
}
