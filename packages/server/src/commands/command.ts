/** One verb of `fleetward-server`. The table in commands.ts lists them all. */
import type { ParseArgsOptionsConfig } from 'node:util'
import type { Logger } from 'pino'
import type { Settings } from '../settings.ts'

export interface ServerCommand {
  readonly name: string
  /** Words and options behind the name, as in the help: `--to FILE`. */
  readonly usage: string
  /** One sentence. */
  readonly summary: string
  /** Behind `fleetward-server`. */
  readonly examples: readonly string[]
  /** Beside `--settings` and `--help`, which every command has. */
  readonly options?: ParseArgsOptionsConfig
  /** How many words may stand behind the name; none when left out. */
  readonly wordsMax?: number
  /** What it throws as a {@link CommandRefused} or SettingsError is told as a sentence. */
  run(context: CommandContext): Promise<void>
}

export interface CommandContext {
  readonly words: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  readonly settings: Settings
  /** JSON lines on stdout: for the server itself, not for answers. */
  readonly log: Logger
  /** The answer, as it is. */
  write(text: string): void
  /** A line for the person in front, beside the answer. */
  note(line: string): void
}

/** The command cannot do that; the message says why and what to do. Exit code 1. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused'
}

/** What the person at the command line did wrong. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A text option, undefined when it was not given. */
export function textOf(values: CommandContext['values'], name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

export function requireText(values: CommandContext['values'], name: string, what: string): string {
  const value = textOf(values, name)
  if (value === undefined) throw new UsageError(`Name ${what}: --${name}. See --help.`)
  return value
}
