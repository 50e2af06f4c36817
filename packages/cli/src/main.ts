/** Runs one command: prints its outcome or its error, sets the exit code. Nothing else. */
import { CommanderError } from 'commander'
import { explain } from './explain.ts'
import { buildProgram } from './program.ts'
import { EXIT_OK, EXIT_USAGE } from './refusal.ts'
import { processTerminal } from './terminal.ts'

const isForScripts = process.argv.includes('--json')

const program = buildProgram({
  terminal: processTerminal(),
  now: () => new Date(),
  finish: ({ json, lines }) => {
    const text = isForScripts ? JSON.stringify(json) : lines.join('\n')
    process.stdout.write(`${text}\n`)
  },
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version come as errors with exit code 0; commander has printed everything.
    if (error.exitCode === EXIT_OK) return EXIT_OK
    if (isForScripts) printError({ code: 'USAGE', message: error.message, next: 'See --help.' })
    return EXIT_USAGE
  }
  const { code, message, next, facts, exitCode } = explain(error)
  if (isForScripts) printError({ code, message, next, facts })
  else process.stderr.write(`error: ${message} (${code})\n       ${next}\n`)
  return exitCode
}

function printError(error: object): void {
  process.stdout.write(`${JSON.stringify({ error })}\n`)
}
