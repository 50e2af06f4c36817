/** `fleetward-agent start`: for devices whose slots hold the agent itself (settings `self`). */
import { isSea } from 'node:sea'
import { requireRuntime } from '@fleetward/platform'
import { JsonLog } from '../adapters/json-log.ts'
import { SlotBootloader } from '../adapters/slot-bootloader.ts'
import { systemChance, systemTimer } from '../adapters/system.ts'
import { claimDataFolder } from '../data-folder/claim-data-folder.ts'
import { makeFolders } from '../data-folder/folders.ts'
import { runStarter } from '../self/starter.ts'
import { SlotDirectoryInstaller } from '../slot/slot-directory-installer.ts'
import { type AgentCommand, UsageError } from './command.ts'

export const startCommand: AgentCommand = {
  name: 'start',
  usage: '',
  summary:
    'Runs the agent that lies in the slot, and the one before it when that one does not live.',
  examples: ['fleetward-agent start --settings /etc/fleetward/settings.json'],
  run: async (context) => {
    const settings = await context.settings()
    const { self, dataFolder, trialBoots, device } = settings
    if (self === undefined) {
      throw new UsageError(
        'These settings have no section "self": the slots hold no agent. Use fleetward-agent run.',
      )
    }
    const warnings = requireRuntime(settings)
    // Whoever read the log is gone: no reason to stop. Other errors of the pipe end it.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
    const log = new JsonLog(process.stdout, device)
    for (const warning of warnings) log.write('warning', 'vulnerable-node', { warning })
    const { slots: slotsFolder, download: downloadFolder } = await makeFolders(dataFolder)
    const end = new AbortController()
    for (const event of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(event, () => end.abort())
    }
    const release = await claimDataFolder(dataFolder, 'starter.pid')
    try {
      await runStarter({
        ...{ dataFolder, log, timer: systemTimer, chance: systemChance, signal: end.signal },
        program: self.program,
        ownAgent: isSea() ? [process.execPath] : ['node', process.argv[1] ?? ''],
        words: ['run', '--settings', settings.file],
        environment: process.env,
        trialTimeLimitMs: settings.trialTimeLimitSeconds * 1000,
        bootloader: new SlotBootloader({ slotsFolder, trialBoots }),
        installer: new SlotDirectoryInstaller({ slotsFolder, downloadFolder }),
      })
      return 0
    } finally {
      await release()
    }
  },
}
