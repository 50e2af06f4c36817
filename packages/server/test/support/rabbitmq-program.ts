/**
 * RabbitMQ as an ordinary Erlang node: its own HOME (cookie), its own port mapper, its own data folder. Debian's
 * start script insists on the user `rabbitmq` and /var/lib; the one below it does not.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BrokerPlan, BrokerProcess, type BrokerProgram, installed } from './broker-process.ts'
import { freePort } from './free-port.ts'

const LIBRARY = '/usr/lib/rabbitmq/lib'
const EPMD = installed('/usr/bin/epmd')
const NODE = 'fleetward-test@localhost'

export const RABBITMQ_PROGRAM: BrokerProgram = {
  kind: 'rabbitmq',
  package: 'rabbitmq-server',
  isInstalled: installed(LIBRARY) !== undefined && EPMD !== undefined,
  start: async (plan) => {
    const file = (name: string) => join(plan.folder, name)
    await mkdir(file('home'), { recursive: true, mode: 0o700 })
    const mapperPort = await freePort()
    const mapper = await BrokerProcess.start(
      ...[EPMD ?? '', ['-port', String(mapperPort), '-address', '127.0.0.1'], mapperPort],
    )
    const settings = [
      'listeners.tcp = none',
      'mqtt.listeners.tcp = none',
      `mqtt.listeners.ssl.default = 127.0.0.1:${plan.port}`,
      `ssl_options.cacertfile = ${plan.clientCaFile}`,
      `ssl_options.certfile = ${plan.certificateFile}`,
      `ssl_options.keyfile = ${plan.keyFile}`,
      'ssl_options.verify = verify_peer',
      'ssl_options.fail_if_no_peer_cert = true',
      'ssl_options.versions.1 = tlsv1.3',
      'mqtt.ssl_cert_login = true',
      'ssl_cert_login_from = common_name',
      'mqtt.allow_anonymous = false',
      'mqtt.subscription_ttl = 604800000',
      'mqtt.prefetch = 100',
      `load_definitions = ${plan.aclFile}`,
      'log.console = true',
      'log.console.level = warning',
      'log.file = false',
    ]
    await writeFile(file('rabbitmq.conf'), `${settings.join('\n')}\n`)
    await writeFile(file('enabled_plugins'), '[rabbitmq_mqtt].\n')
    const environment = {
      ...process.env,
      HOME: file('home'),
      ERL_EPMD_PORT: String(mapperPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: NODE,
      RABBITMQ_DIST_PORT: String(await freePort()),
      RABBITMQ_MNESIA_BASE: file('mnesia'),
      RABBITMQ_LOG_BASE: file('log'),
      RABBITMQ_PID_FILE: file('rabbitmq.pid'),
      RABBITMQ_CONFIG_FILE: file('rabbitmq.conf'),
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
        '+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}',
    }
    await writeReload(plan, await sbin('rabbitmqctl'), environment)
    const server = await BrokerProcess.start(await sbin('rabbitmq-server'), [], plan.port, {
      env: environment,
      cwd: plan.folder,
    })
    const pid = Number((await readFile(file('rabbitmq.pid'), 'utf8')).trim())
    return {
      pid,
      stop: async (signal = 'SIGTERM') => {
        if (!server.hasEnded) process.kill(pid, signal)
        // The script above the node ends when the node does.
        while (!server.hasEnded) await sleep(20)
        await mapper.stop()
      },
    }
  },
  reload: ({ folder }) => ({ reloadCommand: ['/bin/sh', join(folder, 'reload.sh')] }),
}

/** As in docs/operating/brokers.md, with this node's environment. */
async function writeReload(
  { folder, aclFile }: BrokerPlan,
  control: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { HOME, ERL_EPMD_PORT } = environment
  const text = `set -e
export HOME=${HOME} ERL_EPMD_PORT=${ERL_EPMD_PORT} RABBITMQ_CONF_ENV_FILE=/dev/null
while read -r device; do
  ${control} -q -n ${NODE} delete_user "$device" </dev/null || true
done
${control} -q -n ${NODE} import_definitions ${aclFile} </dev/null
`
  await writeFile(join(folder, 'reload.sh'), text)
}

async function sbin(name: string): Promise<string> {
  const [version = ''] = await readdir(LIBRARY)
  return join(LIBRARY, version, 'sbin', name)
}
