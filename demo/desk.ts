/**
 * What the manufacturer does with offline keys, with the command they would use: `fleetward`, as a process of its own that
 * knows no server. Every function can be repeated after it was cut off.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileDurably } from '@fleetward/platform'
import { type BuiltSample, buildSample } from '../firmware-samples/build.ts'
import { releaseWords } from '../firmware-samples/manufacturer/release-words.ts'
import { SAMPLE_PRODUCT, type SampleVersion } from '../firmware-samples/samples.ts'
import { REPOSITORY, type StoryFolder } from './folder.ts'
import { runRecorded } from './recorded-command.ts'

/** Root needs two of three keys, everything else both release keys. */
const ROOT_KEYS = ['root-1', 'root-2', 'root-3']
const RELEASE_KEYS = ['release-1', 'release-2']
const ROLES = ['root', 'targets', 'security', 'functionality'] as const

const FLEETWARD = join(REPOSITORY, 'packages/cli/bin/fleetward')

export class Desk {
  readonly #folder: StoryFolder

  constructor(folder: StoryFolder) {
    this.#folder = folder
  }

  async makeKeys(): Promise<void> {
    if (!existsSync(this.#folder.passphrase)) {
      await writeFileDurably(
        this.#folder.passphrase,
        `${randomBytes(18).toString('base64url')}\n`,
        {
          mode: 0o600,
        },
      )
    }
    await Promise.all(
      [...ROOT_KEYS, ...RELEASE_KEYS].map((name) =>
        this.#unless('KEY_EXISTS', 'keys', 'generate', name, ...this.#passphrase),
      ),
    )
  }

  /** Root, targets and the two release roles, with the server's public keys as they were brought here. */
  async initRepository(): Promise<void> {
    const keys = (role: string, names: readonly string[]) =>
      names.flatMap((name) => [`--${role}-key`, name])
    await this.#unless(
      ['DRAFT_EXISTS', 'REPOSITORY_EXISTS'],
      ...['repository', 'init', SAMPLE_PRODUCT, '--server-keys', this.#folder.serverKeys],
      ...keys('root', ROOT_KEYS),
      ...['--root-threshold', '2'],
      ...['targets', 'security', 'functionality'].flatMap((role) => [
        ...keys(role, RELEASE_KEYS),
        `--${role}-threshold`,
        '2',
      ]),
    )
    await Promise.all(ROLES.map((role) => this.#signRole(role)))
  }

  async #signRole(role: (typeof ROLES)[number]): Promise<void> {
    for (const key of role === 'root' ? ROOT_KEYS.slice(0, 2) : RELEASE_KEYS) {
      await this.#sign('sign', `${SAMPLE_PRODUCT}/${role}`, '--key', key)
    }
  }

  /** Builds a version of the sample; building again gives the same bytes. */
  build(version: SampleVersion): Promise<BuiltSample> {
    return buildSample(version, this.#folder.artifacts)
  }

  /** Drafts a release and signs it with both release keys. */
  async signRelease(version: SampleVersion, ...more: readonly string[]): Promise<void> {
    await this.#unless(
      ['DRAFT_EXISTS', 'RELEASE_EXISTS'],
      ...['release', 'create', '--product', SAMPLE_PRODUCT],
      ...[...releaseWords(await this.build(version)), ...more],
    )
    for (const key of RELEASE_KEYS) {
      await this.#sign('release', 'sign', '--product', SAMPLE_PRODUCT, '--key', key)
    }
  }

  get #passphrase(): string[] {
    return ['--passphrase-file', this.#folder.passphrase]
  }

  #sign(...args: string[]): Promise<void> {
    return this.#unless(['SIGNED_ALREADY', 'NO_DRAFT'], ...args, '--yes', ...this.#passphrase)
  }

  /** Runs a command whose work may have been done before the story was cut off; its own words are the error. */
  async #unless(doneBefore: string | readonly string[], ...args: string[]): Promise<void> {
    const { status, stdout, stderr } = await runRecorded(this.#folder, [
      ...([FLEETWARD, ...args] as [string, ...string[]]),
      ...['--desk', this.#folder.desk, '--json'],
    ])
    if (status === 0) return
    const said = errorIn(stdout)
    if (said !== undefined && [doneBefore].flat().includes(said.code)) return
    const words = said === undefined ? stderr : `${said.message} (${said.code}). ${said.next}`
    throw new Error(`fleetward ${args.slice(0, 2).join(' ')}: ${words}`)
  }
}

interface Said {
  readonly code: string
  readonly message: string
  readonly next: string
}

function errorIn(stdout: string): Said | undefined {
  try {
    return (JSON.parse(stdout) as { error?: Said }).error
  } catch {
    return undefined
  }
}
