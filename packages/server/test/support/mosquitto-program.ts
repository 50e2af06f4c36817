import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BrokerProcess, type BrokerProgram, installed } from './broker-process.ts'

const PROGRAM = installed('/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto')

export const MOSQUITTO_PROGRAM: BrokerProgram = {
  kind: 'mosquitto',
  package: 'mosquitto',
  isInstalled: PROGRAM !== undefined,
  holdsClientIds: true,
  start: async (plan) => {
    const data = join(plan.folder, 'data')
    await mkdir(data, { recursive: true })
    const file = join(plan.folder, 'mosquitto.conf')
    const listener = (port: number) => [
      `listener ${port} 127.0.0.1`,
      `cafile ${plan.clientCaFile}`,
      `certfile ${plan.certificateFile}`,
      `keyfile ${plan.keyFile}`,
      ...(plan.crlFile === undefined ? [] : [`crlfile ${plan.crlFile}`]),
      ...['tls_version tlsv1.3', 'require_certificate true', 'use_identity_as_username true'],
    ]
    const { serverPort } = plan
    const lines = [
      // As root it would become a user who cannot read the test's folder.
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      'log_dest stderr',
      ...['persistence true', `persistence_location ${data}/`, 'autosave_interval 60'],
      ...['max_queued_messages 100000', 'max_inflight_messages 256'],
      `pid_file ${join(plan.folder, 'mosquitto.pid')}`,
      `acl_file ${plan.aclFile}`,
      'allow_anonymous false',
      ...listener(plan.port),
      ...(serverPort === undefined
        ? []
        : ['use_username_as_clientid true', ...listener(serverPort)]),
    ]
    await writeFile(file, `${lines.join('\n')}\n`)
    return BrokerProcess.start(PROGRAM ?? '', ['-c', file], plan.port)
  },
  reload: (plan) => ({ reloadPidFile: join(plan.folder, 'mosquitto.pid') }),
}
