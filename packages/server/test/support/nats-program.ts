import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BrokerProcess, type BrokerProgram, installed } from './broker-process.ts'
import { freePort } from './free-port.ts'

const PROGRAM = installed('/usr/sbin/nats-server', '/usr/local/bin/nats-server')

export const NATS_PROGRAM: BrokerProgram = {
  kind: 'nats',
  package: 'nats-server',
  isInstalled: PROGRAM !== undefined,
  start: async (plan) => {
    const file = join(plan.folder, 'nats.conf')
    const text = `
      listen: "127.0.0.1:${await freePort()}"
      server_name: "fleetward-test"
      pid_file: "${join(plan.folder, 'nats.pid')}"
      jetstream { store_dir: "${join(plan.folder, 'jetstream')}", max_memory_store: 64MB, max_file_store: 256MB }
      mqtt {
        listen: "127.0.0.1:${plan.port}"
        ack_wait: "2s"
        tls {
          cert_file: "${plan.certificateFile}"
          key_file: "${plan.keyFile}"
          ca_file: "${plan.clientCaFile}"
          verify_and_map: true
          timeout: 10
        }
      }
      include "${plan.aclFile.slice(plan.folder.length + 1)}"
    `
    await writeFile(file, text)
    return BrokerProcess.start(PROGRAM ?? '', ['-c', file], plan.port)
  },
  reload: (plan) => ({ reloadPidFile: join(plan.folder, 'nats.pid') }),
}
