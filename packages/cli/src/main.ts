/** The process: arguments in, exit code out. Nothing else. */
import { runCommand } from './run-command.ts'
import { processTerminal } from './terminal.ts'

process.exitCode = await runCommand(process.argv.slice(2), {
  terminal: processTerminal(),
  now: () => new Date(),
  print: (text) => void process.stdout.write(text),
})
