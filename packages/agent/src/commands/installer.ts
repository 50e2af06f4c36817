/** `fleetward-agent installer`: the privileged process, for settings with a section `privileges`. */
import { requireRuntime } from '@fleetward/platform'
import { JsonLog } from '../adapters/json-log.ts'
import { systemTimer } from '../adapters/system.ts'
import { Systemd } from '../adapters/systemd.ts'
import { runInstaller } from '../privileged/run-installer.ts'
import { findUser } from '../privileged/user-numbers.ts'
import { type AgentCommand, UsageError } from './command.ts'

export const installerCommand: AgentCommand = {
  name: 'installer',
  usage: '',
  summary: 'Writes slots and runs the product for an agent that runs unprivileged.',
  examples: ['fleetward-agent installer --settings /etc/fleetward/settings.json'],
  run: async (context) => {
    const settings = await context.settings()
    const { privileges } = settings
    if (privileges === undefined) {
      throw new UsageError(
        'These settings have no section "privileges": the agent does all by itself.',
      )
    }
    const warnings = requireRuntime(settings)
    const log = new JsonLog(process.stdout, settings.device)
    for (const warning of warnings) log.write('warning', 'vulnerable-node', { warning })
    const { productUser: name } = privileges
    const productUser = name === undefined ? undefined : await findUser(name)
    if (name !== undefined && productUser === undefined) {
      throw new UsageError(
        `There is no user ${name} (privileges.productUser). Make it: useradd --system ${name}`,
      )
    }
    const end = new AbortController()
    for (const event of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(event, () => {
        log.write('info', 'ending', { signal: event })
        end.abort()
      })
    }
    const systemd = new Systemd({ log, timer: systemTimer, environment: process.env })
    await runInstaller({
      ...{ settings, privileges, productUser, log },
      ...{ environment: process.env, signal: end.signal },
      onReady: () => void systemd.tellUntil(end.signal, async () => undefined),
    })
    log.write('info', 'ended')
    return 0
  },
}
