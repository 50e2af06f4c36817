/** What all commands share: the desk they work on, how they end, how their help looks. */
import { isVersion } from '@fleetward/shared'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { DeskFolder } from '../desk/desk-folder.ts'
import { requireFactorySettings } from '../desk/factory-settings-file.ts'
import type { MetadataFile } from '../desk/metadata-file.ts'
import { readNamedFile } from '../named-file.ts'
import type { Outcome } from '../outcome.ts'
import type { Terminal } from '../terminal.ts'

export { readNamedFile }

export interface Surroundings {
  readonly terminal: Terminal
  now(): Date
  /** Standard output, for help. */
  print(text: string): void
  /** Prints the outcome; called once, at the end. */
  finish(outcome: Outcome): void
}

export function deskOf(command: Command): DeskFolder {
  const { desk } = command.optsWithGlobals<{ desk: string }>()
  return new DeskFolder(desk)
}

/** Examples come last in the help, ready to be copied. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${examples.map((example) => `  $ fleetward ${example}`).join('\n')}`,
  )
}

/** Collects an option that may be given several times. */
export const repeated = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  value,
]

export const productOption = () =>
  new Option('--product <name>', 'the product, for example lumen-gateway-g1').makeOptionMandatory()

export const replaceDraftOption = () =>
  new Option('--replace-draft', 'throw an existing draft of this role away').default(false)

export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!/^\d{1,15}$/.test(text) || value < 1) {
    throw new InvalidArgumentError('It has to be a whole number of at least 1.')
  }
  return value
}

export function versionWord(text: string): string {
  if (isVersion(text)) return text
  throw new InvalidArgumentError('Write it as major.minor.patch, for example 1.4.3.')
}

/** `14d`, `36h`, `90m`, `45s`. */
export function durationSeconds(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text)
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[match?.[2] ?? '']
  if (match === null || unit === undefined) {
    throw new InvalidArgumentError('Write it as 14d, 36h, 90m or 45s.')
  }
  return Number(match[1]) * unit
}

/** A moment as people write it: a date, a time, or how long ago. */
export function momentSeconds(text: string, now: Date): number {
  const nowSeconds = Math.floor(now.getTime() / 1000)
  if (/^\d{1,6}[smhd]$/.test(text)) return nowSeconds - durationSeconds(text)
  const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (!Number.isNaN(ms) && ms >= 0) return Math.floor(ms / 1000)
  throw new InvalidArgumentError('Write it as 2026-11-01, 2026-11-01T08:00:00Z or 7d.')
}

/** Bytes that devices take as factory settings. */
export async function readFactorySettings(path: string): Promise<Uint8Array> {
  const bytes = await readNamedFile(path)
  requireFactorySettings(bytes, path)
  return bytes
}

/** The end of every command that drafts metadata and leaves the signing to `fleetward sign`. */
export function draftsOutcome(product: string, drafts: readonly MetadataFile[]): Outcome {
  return {
    json: {
      product,
      drafts: drafts.map(({ role, signed, path }) => ({ role, version: signed.version, path })),
    },
    lines: drafts.flatMap(({ role, signed, path }) => [
      `drafted ${role} version ${signed.version}: ${path}`,
      `Next: fleetward sign ${product}/${role} --key <name>`,
    ]),
  }
}
