/** The outer keys that the settings name: where they are read, and which of them opens what. */
import { adoptNextKeyFile, makeKeyFile, nextKeyFile, readKeyFile } from './key-file.ts'
import { parseKeyText, wrappingOf } from './key-text.ts'
import { kmsWrapping } from './kms-command.ts'
import type { KeySource, SecretsSettings } from './secrets-settings.ts'
import { SealingKeyError, type Wrapping } from './wrapping.ts'

export interface OuterKeysNeeds {
  readonly settings: SecretsSettings
  /** Where the key lies when the settings name none. */
  readonly defaultFile: string
  /** What is read is taken out of it, so that no child process and no crash report has it. */
  readonly environment: Record<string, string | undefined>
}

export class OuterKeys {
  /** The key file; undefined where the key is elsewhere. */
  readonly file: string | undefined
  /** Nobody named a place for the key, so it lies beside what it seals. */
  readonly isDefault: boolean
  readonly #fixed: Wrapping | undefined
  readonly #former: () => Promise<Wrapping | undefined>

  constructor({ settings, defaultFile, environment }: OuterKeysNeeds) {
    const timeoutMs = settings.kmsTimeoutSeconds * 1000
    this.#fixed = withoutFile(settings, environment, timeoutMs)
    this.isDefault = this.#fixed === undefined && settings.keyFile === undefined
    this.file = this.#fixed === undefined ? (settings.keyFile ?? defaultFile) : undefined
    const { former } = settings
    const fixed = former && withoutFile(former, environment, timeoutMs)
    const file = former?.keyFile
    this.#former = async () => fixed ?? (file === undefined ? undefined : readKeyFile(file))
  }

  /** What wraps; undefined when its file is not there. Files are read anew: a rotation replaces them. */
  async primary(): Promise<Wrapping | undefined> {
    return this.file === undefined ? this.#fixed : readKeyFile(this.file)
  }

  /** What a rotation that was cut off left beside the key file. */
  async next(): Promise<Wrapping | undefined> {
    return this.file === undefined ? undefined : readKeyFile(nextKeyFile(this.file))
  }

  former(): Promise<Wrapping | undefined> {
    return this.#former()
  }

  /** The first key of all. Only where nobody named a place: a named file that is absent is a mistake. */
  async make(): Promise<Wrapping> {
    if (this.file === undefined || !this.isDefault) {
      throw new SealingKeyError(
        `The key file ${this.file} is not there. Mount it, or make it once: (umask 077; openssl rand -base64 32 > ${this.file})`,
      )
    }
    return makeKeyFile(this.file)
  }

  async makeNext(): Promise<Wrapping> {
    if (this.file === undefined) throw new Error('only a key file is made by the server')
    return (await this.next()) ?? makeKeyFile(nextKeyFile(this.file))
  }

  async adoptNext(): Promise<void> {
    if (this.file !== undefined) await adoptNextKeyFile(this.file)
  }

  async unwrap(wrapped: string): Promise<Uint8Array> {
    for (const find of [this.primary, this.next, this.former]) {
      const wrapping = await find.call(this)
      if (wrapping?.claims(wrapped) === true) return wrapping.unwrap(wrapped)
    }
    throw await this.#noneFits()
  }

  async #noneFits(): Promise<SealingKeyError> {
    const { name } = (await this.primary()) ?? { name: `${this.file}, which is not there` }
    return new SealingKeyError(
      `The secrets in the database are not sealed under ${name}. Give the server the key it had before: restore it, or name its place as secrets.former to go over to the new one.`,
    )
  }
}

function withoutFile(
  { keyEnvironment, kmsCommand }: KeySource,
  environment: OuterKeysNeeds['environment'],
  timeoutMs: number,
): Wrapping | undefined {
  if (kmsCommand !== undefined) return kmsWrapping(kmsCommand, timeoutMs)
  if (keyEnvironment === undefined) return undefined
  const text = environment[keyEnvironment]
  delete environment[keyEnvironment]
  const place = `the environment variable ${keyEnvironment}`
  if (text === undefined) {
    throw new SealingKeyError(`The sealing key is missing: ${place} is not set.`)
  }
  return wrappingOf(parseKeyText(text, place), place)
}
