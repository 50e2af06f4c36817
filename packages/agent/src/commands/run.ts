/** `fleetward-agent run`: the agent itself. */
import { makeDirectory, requireRuntime } from '@fleetward/platform'
import { JsonLog } from '../adapters/json-log.ts'
import { runAgent } from '../agent.ts'
import { claimDataFolder } from '../data-folder/claim-data-folder.ts'
import { BOOT_AGAIN_EXIT_CODE } from '../self/started-slot.ts'
import type { AgentCommand } from './command.ts'

export const runCommand: AgentCommand = {
  name: 'run',
  usage: '',
  summary:
    'Runs until it is ended with SIGTERM. Writes one JSON line per event to standard output.',
  examples: ['fleetward-agent run --settings /etc/fleetward/settings.json'],
  run: async (context) => {
    const settings = await context.settings()
    const warnings = requireRuntime(settings)
    // Whoever read the log is gone: no reason for a device to stop. Other errors of the pipe end it.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
    const log = new JsonLog(process.stdout, settings.device)
    for (const warning of warnings) log.write('warning', 'vulnerable-node', { warning })
    await makeDirectory(settings.dataFolder)
    const release = await claimDataFolder(settings.dataFolder)
    const end = new AbortController()
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(name, () => {
        log.write('info', 'ending', { signal: name })
        end.abort()
      })
    }
    try {
      log.write('info', 'started', { product: settings.product, pid: process.pid })
      const surroundings = { log, environment: process.env, signal: end.signal }
      const ending = await runAgent(settings, surroundings)
      log.write('info', 'ended')
      return ending === 'bootAgain' ? BOOT_AGAIN_EXIT_CODE : 0
    } finally {
      await release()
    }
  },
}
