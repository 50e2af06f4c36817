import { requireRuntime } from '@fleetward/platform'
import { enableTraces } from '../observability/spans.ts'
import { startServer } from '../server.ts'
import type { ServerCommand } from './command.ts'

export const serve: ServerCommand = {
  name: 'serve',
  usage: '',
  summary: 'start the server; also without a word',
  examples: ['--settings /etc/fleetward/server.json'],
  run: async ({ settings, log }) => {
    const { production, acceptVulnerableNode } = settings
    for (const line of requireRuntime({ production, acceptVulnerableNode })) log.warn(line)

    enableTraces(settings.traces)
    const server = await startServer(settings, { log })
    const stop = async (signal: string) => {
      log.info({ event: 'stopping', signal })
      await server.stop()
      log.info({ event: 'stopped' })
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        stop(signal).catch((error) => {
          log.error({ err: error }, 'the server did not end in good order')
          process.exitCode = 1
        })
      })
    }
    // Last: whoever hears it may end the server at once.
    const { adminTokenFile, firstAdministratorFile } = server
    log.info({ event: 'ready', ...server.ports, adminTokenFile, firstAdministratorFile })
  },
}
