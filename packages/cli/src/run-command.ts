/** One command from its words to its exit code. All it touches outside the desk comes in as arguments. */
import { CommanderError, InvalidArgumentError } from 'commander'
import { explain } from './explain.ts'
import { buildProgram } from './program.ts'
import { EXIT_OK, EXIT_REFUSED, EXIT_USAGE } from './refusal.ts'
import type { Terminal } from './terminal.ts'

export interface CommandSurroundings {
  readonly terminal: Terminal
  now(): Date
  /** Standard output: the outcome, help, or with `--json` the error. */
  print(text: string): void
}

export async function runCommand(
  args: readonly string[],
  { terminal, now, print }: CommandSurroundings,
): Promise<number> {
  const isForScripts = args.includes('--json')
  let answer = EXIT_OK
  const program = buildProgram({
    terminal,
    now,
    print,
    finish: ({ json, lines, isNo = false }) => {
      print(`${isForScripts ? JSON.stringify(json) : lines.join('\n')}\n`)
      if (isNo) answer = EXIT_REFUSED
    },
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return answer
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help ends in an error with exit code 0; commander has printed everything already.
      if (error.exitCode === EXIT_OK) return EXIT_OK
      // A group without a command after it prints its help, too, but is not understood.
      const message = error.code === 'commander.help' ? 'which command?' : error.message
      if (isForScripts) printError({ code: 'USAGE', message, next: 'See --help.' })
      // What commander reads it prints; what a command reads itself nobody has printed yet.
      else if (error instanceof InvalidArgumentError) {
        terminal.note(`error: ${message}\n       See --help.`)
      }
      return EXIT_USAGE
    }
    const { code, message, next, facts, exitCode } = explain(error)
    if (isForScripts) printError({ code, message, next, facts })
    else terminal.note(`error: ${message} (${code})\n       ${next}`)
    return exitCode
  }

  function printError(error: object): void {
    print(`${JSON.stringify({ error })}\n`)
  }
}
