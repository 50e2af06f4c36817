/** The process: arguments in, exit code out. Nothing else. */
import { runCommand } from './run-command.ts'
import { processTerminal } from './terminal.ts'

// Whoever reads may stop early, as `fleetward … --help | head` does: nothing went wrong then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await runCommand(process.argv.slice(2), {
  terminal: processTerminal(),
  now: () => new Date(),
  print: (text) => void process.stdout.write(text),
})
