/** One verb of the command line. The table in commands.ts lists them all. */
import type { ParseArgsOptionsConfig } from 'node:util'
import type { Json } from '@fleetward/shared'
import type { AgentClient } from '../local-api/client.ts'
import type { Settings } from '../settings.ts'

export interface AgentCommand {
  readonly name: string
  /** Words behind the name, as in the help: `[DURATION]`. */
  readonly usage: string
  /** One sentence. */
  readonly summary: string
  readonly examples: readonly string[]
  /** Beside `--settings`, `--socket`, `--json` and `--help`, which every command has. */
  readonly options?: ParseArgsOptionsConfig
  /** How many words may stand behind the name; none when left out. */
  readonly wordsMax?: number
  /** Exit code: 0 done, 1 refused. */
  run(context: CommandContext): Promise<number>
}

export interface CommandContext {
  readonly words: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  readonly json: boolean
  /** The settings file; UsageError when none was named and the usual one is not there. */
  settings(): Promise<Settings>
  /** The running agent. */
  agent(): Promise<AgentClient>
  readonly out: Output
}

export interface Output {
  /** The answer: one JSON document with `--json`, these lines otherwise. */
  answer(json: Json, lines: readonly string[]): void
  /** A line for a person, beside the answer. */
  note(line: string): void
  /** Bytes as they are. */
  write(bytes: Uint8Array): Promise<void>
}

/** What the person at the command line did wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A text option, undefined when it was not given. */
export function textOf(values: CommandContext['values'], name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}
