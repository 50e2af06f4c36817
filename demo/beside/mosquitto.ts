/**
 * Mosquitto for a story that is told with it: Debian's, on the port that the devices' factory packs name, with a
 * certificate from the server's CA and access rules that the server keeps up to date.
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileDurably } from '@fleetward/platform'
import type { StoryFolder } from '../folder.ts'
import { KeptProcess } from '../kept-process.ts'
import { runRecorded } from '../recorded-command.ts'

const PROGRAM = '/usr/sbin/mosquitto'

/** The section `broker` of the server's settings. */
export function brokerSection(folder: StoryFolder, serverPort: number) {
  return {
    url: `mqtts://127.0.0.1:${serverPort}`,
    kind: 'mosquitto',
    caFile: join(folder.mosquitto, 'server-ca.pem'),
    ...{ username: 'fleetward-server', passwordFile: join(folder.mosquitto, 'server-password') },
    aclFile: join(folder.mosquitto, 'access'),
    reloadPidFile: join(folder.mosquitto, 'mosquitto.pid'),
  }
}

export type BrokerSection = ReturnType<typeof brokerSection>

/** `devices`: the port of their listener. `server`: the program with its settings, which make the certificate and the first rules. */
export async function startMosquitto(
  folder: StoryFolder,
  { devices, broker }: { readonly devices: number; readonly broker: BrokerSection },
  server: { readonly program: string; readonly settings: string },
  tell: (sentence: string) => void,
): Promise<KeptProcess> {
  if (!existsSync(PROGRAM)) {
    throw new Error('Mosquitto is not installed. Install it with: apt-get install mosquitto')
  }
  const { mosquitto } = folder
  await mkdir(mosquitto, { recursive: true })
  await run(
    folder,
    server,
    'broker-certificate',
    '--to',
    mosquitto,
    '--host',
    'localhost',
    '--host',
    '127.0.0.1',
  )
  const { url, aclFile, reloadPidFile } = broker
  if (!existsSync(aclFile)) {
    await writeFileDurably(aclFile, await run(folder, server, 'broker-acl'), { mode: 0o600 })
  }
  const listener = (port: number | string) => [
    `listener ${port} 127.0.0.1`,
    `cafile ${join(mosquitto, 'fleet-ca.pem')}`,
    `certfile ${join(mosquitto, 'broker-certificate.pem')}`,
    `keyfile ${join(mosquitto, 'broker-key.pem')}`,
    ...['tls_version tlsv1.3', 'require_certificate true', 'allow_anonymous false'],
  ]
  const settings = [
    // As root it would become a user who cannot read the story's folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...['log_dest stderr', `pid_file ${reloadPidFile}`, 'per_listener_settings true'],
    ...listener(devices),
    ...['use_identity_as_username true', 'use_username_as_clientid true', `acl_file ${aclFile}`],
    ...listener(new URL(url).port),
    `password_file ${join(mosquitto, 'server-passwords')}`,
    `acl_file ${join(mosquitto, 'server-access')}`,
    ...['persistence true', `persistence_location ${mosquitto}/`, 'autosave_interval 60'],
  ]
  const file = join(mosquitto, 'mosquitto.conf')
  await writeFileDurably(file, `${settings.join('\n')}\n`)
  const kept = new KeptProcess(folder, {
    name: 'mosquitto',
    command: [PROGRAM, '-c', file],
    onEvent: () => {},
    onDeath: (how) => tell(`  Mosquitto ${how} and is started again.`),
  })
  await kept.start()
  return kept
}

async function run(
  folder: StoryFolder,
  { program, settings }: { readonly program: string; readonly settings: string },
  ...words: readonly string[]
): Promise<string> {
  const { status, stdout, stderr } = await runRecorded(folder, [
    ...([program, ...words, '--settings', settings] as [string, ...string[]]),
  ])
  if (status !== 0) throw new Error(`fleetward-server ${words[0]}: ${stderr.trim()}`)
  return stdout
}
