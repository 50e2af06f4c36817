import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DOOR_FILES,
  doorAccess,
  doorPasswords,
  newDoorPassword,
} from '../../src/broker/access-files/mosquitto-door.ts'
import { SERVER_CLIENT_ID } from '../../src/enrolment/fleet-authority.ts'
import { type BrokerPlan, BrokerProcess, type BrokerProgram, installed } from './broker-process.ts'

const PROGRAM = installed('/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto')

export const MOSQUITTO_PROGRAM: BrokerProgram = {
  kind: 'mosquitto',
  package: 'mosquitto',
  isInstalled: PROGRAM !== undefined,
  holdsClientIds: true,
  prepare: async (plan) => {
    const { folder } = plan
    await mkdir(dataFolder(plan), { recursive: true })
    const password = newDoorPassword()
    const written = {
      [DOOR_FILES.password]: password,
      [DOOR_FILES.passwords]: doorPasswords(SERVER_CLIENT_ID, password),
      [DOOR_FILES.access]: doorAccess(),
    }
    for (const [name, text] of Object.entries(written)) await writeFile(join(folder, name), text)
  },
  account: ({ folder }) => ({
    ...{ username: SERVER_CLIENT_ID, passwordFile: join(folder, DOOR_FILES.password) },
  }),
  start: async (plan) => {
    const file = join(plan.folder, 'mosquitto.conf')
    const ofThisMachine = [
      // As root it would become a user who cannot read the test's folder.
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      ...['log_dest stderr', `pid_file ${join(plan.folder, 'mosquitto.pid')}`],
    ]
    await writeFile(file, `${[...ofThisMachine, ...mosquittoConfiguration(plan)].join('\n')}\n`)
    return BrokerProcess.start(PROGRAM ?? '', ['-c', file], plan.port)
  },
  reload: (plan) => ({ reloadPidFile: join(plan.folder, 'mosquitto.pid') }),
}

/** The lines that docs/operating/brokers.md recommends. */
export function mosquittoConfiguration(plan: BrokerPlan): string[] {
  const listener = (port: number) => [
    `listener ${port} 127.0.0.1`,
    `cafile ${plan.clientCaFile}`,
    `certfile ${plan.certificateFile}`,
    `keyfile ${plan.keyFile}`,
    ...(plan.crlFile === undefined ? [] : [`crlfile ${plan.crlFile}`]),
    ...['tls_version tlsv1.3', 'require_certificate true'],
  ]
  const { serverPort = 0 } = plan
  return [
    'per_listener_settings true',
    ...listener(plan.port),
    ...['use_identity_as_username true', 'use_username_as_clientid true'],
    ...['allow_anonymous false', `acl_file ${plan.aclFile}`],
    ...listener(serverPort),
    ...['allow_anonymous false', `password_file ${join(plan.folder, DOOR_FILES.passwords)}`],
    `acl_file ${join(plan.folder, DOOR_FILES.access)}`,
    ...['persistence true', `persistence_location ${dataFolder(plan)}/`, 'autosave_interval 60'],
    ...['max_queued_messages 100000', 'max_inflight_messages 256', 'max_packet_size 20000'],
  ]
}

function dataFolder({ folder }: BrokerPlan): string {
  return join(folder, 'data')
}
