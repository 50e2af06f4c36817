import { requireRuntime } from '@fleetward/platform'
import { enableTraces } from '../observability/spans.ts'
import { NotClosedError } from '../opened.ts'
import { startServer } from '../server.ts'
import type { ServerCommand } from './command.ts'

const NOT_IN_GOOD_ORDER =
  'The server ended, but not in good order. Nothing that was confirmed is lost: devices send again what was not, and the next start goes on from what the database has.'

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
          const notClosed = error instanceof NotClosedError ? error.parts : undefined
          log.error({ event: 'stopped-badly', notClosed, err: error }, NOT_IN_GOOD_ORDER)
          // What hangs would keep the process alive.
          process.exit(1)
        })
      })
    }
    // Last: whoever hears it may end the server at once.
    const { adminTokenFile, firstAdministratorFile } = server
    log.info({ event: 'ready', ...server.ports, adminTokenFile, firstAdministratorFile })
  },
}
