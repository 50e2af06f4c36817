/**
 * What the manufacturer and the operator do in the story, with the command they would use:
 * `fleetward`. Every function can be repeated after it was cut off.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { writeFileDurably } from '@fleetward/platform'
import { type BuiltSample, buildSample } from '../firmware-samples/build.ts'
import { releaseWords } from '../firmware-samples/manufacturer/release-words.ts'
import { SAMPLE_PRODUCT, SAMPLE_RELEASES, type SampleVersion } from '../firmware-samples/samples.ts'
import type { Cohort } from './devices.ts'
import { REPOSITORY, type StoryFolder } from './folder.ts'
import type { Ports } from './free-ports.ts'
import type { OperatorApi } from './operator-api.ts'
import { runRecorded } from './recorded-command.ts'

/** Root needs two of three keys, everything else both release keys. */
const ROOT_KEYS = ['root-1', 'root-2', 'root-3']
const RELEASE_KEYS = ['release-1', 'release-2']

const FLEETWARD = join(REPOSITORY, 'packages/cli/bin/fleetward')
/** A server that was killed is back within seconds. */
export const SERVER_TRIES = 30
export const SERVER_PAUSE_MS = 500

export class Desk {
  readonly #folder: StoryFolder
  readonly #api: OperatorApi

  constructor(folder: StoryFolder, api: OperatorApi) {
    this.#folder = folder
    this.#api = api
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

  /** The product on the server, then root, targets and the two release roles at the desk. */
  async initRepository(): Promise<void> {
    await this.#unless('PRODUCT_EXISTS', 'products', 'create', SAMPLE_PRODUCT, ...this.#online)
    const { serverKeys } = this.#folder
    const shown = await this.#fleetward('products', 'show', SAMPLE_PRODUCT, ...this.#online)
    await writeFileDurably(serverKeys, shown)
    const keys = (role: string, names: readonly string[]) =>
      names.flatMap((name) => [`--${role}-key`, name])
    await this.#unless(
      ['DRAFT_EXISTS', 'REPOSITORY_EXISTS'],
      ...['repository', 'init', SAMPLE_PRODUCT, '--server-keys', serverKeys],
      ...keys('root', ROOT_KEYS),
      ...['--root-threshold', '2'],
      ...['targets', 'security', 'functionality'].flatMap((role) => [
        ...keys(role, RELEASE_KEYS),
        `--${role}-threshold`,
        '2',
      ]),
    )
    for (const role of ['root', 'targets', 'security', 'functionality']) {
      for (const key of role === 'root' ? ROOT_KEYS.slice(0, 2) : RELEASE_KEYS) {
        await this.#sign('sign', `${SAMPLE_PRODUCT}/${role}`, '--key', key)
      }
    }
  }

  async publishRepository(): Promise<void> {
    await this.#fleetward('repository', 'publish', ...this.#product, ...this.#online)
  }

  /** Builds a version of the sample; building again gives the same bytes. */
  build(version: SampleVersion): Promise<BuiltSample> {
    return buildSample(version, this.#folder.artifacts)
  }

  /** Drafts a release and signs it with both release keys: the part that needs no network. */
  async signRelease(version: SampleVersion, ...more: readonly string[]): Promise<void> {
    await this.#unless(
      ['DRAFT_EXISTS', 'RELEASE_EXISTS'],
      ...['release', 'create', ...this.#product, ...releaseWords(await this.build(version))],
      ...more,
    )
    for (const key of RELEASE_KEYS) {
      await this.#sign('release', 'sign', ...this.#product, '--key', key)
    }
  }

  async publishRelease(version: SampleVersion): Promise<void> {
    await this.#fleetward(
      ...['release', 'publish', ...this.#product, '--version', version, ...this.#online],
    )
  }

  async startRollout(
    version: SampleVersion,
    { cohort, severity, plan }: { cohort: Cohort; severity: string; plan?: object },
  ): Promise<void> {
    const planFile = join(this.#folder.artifacts, 'plan.json')
    if (plan !== undefined) await writeFileDurably(planFile, JSON.stringify(plan))
    await this.#unless(
      'ROLLOUT_EXISTS',
      ...['rollout', 'start', ...this.#product, '--release', version, '--cohort', cohort],
      ...(plan === undefined ? ['--share', '1'] : ['--plan', planFile]),
      ...['--apply', 'automatic', '--severity', severity],
      ...['--summary', SAMPLE_RELEASES[version].notes, ...this.#online],
    )
  }

  async packFor(device: string, cohort: Cohort, out: string, ports: Ports): Promise<void> {
    // A pack that was cut off is made anew; its token is never used and expires.
    if (existsSync(join(out, 'factory.json')) && existsSync(join(out, 'enrolment-token'))) return
    await rm(out, { recursive: true, force: true })
    await this.#fleetward(
      ...['factory', 'pack', ...this.#product, '--cohort', cohort, '--device', device],
      // The story's ports need not be the usual ones, and those may be somebody else's server.
      ...['--public-url', `https://localhost:${ports.public}`],
      ...['--device-url', `https://localhost:${ports.device}`],
      ...['--mqtt-url', `mqtts://localhost:${ports.mqtt}`],
      ...['--out', out, ...this.#online],
    )
  }

  get #product(): string[] {
    return ['--product', SAMPLE_PRODUCT]
  }

  get #online(): string[] {
    return ['--server', this.#api.url, '--token-file', this.#api.tokenPath]
  }

  get #passphrase(): string[] {
    return ['--passphrase-file', this.#folder.passphrase]
  }

  #sign(...args: string[]): Promise<void> {
    return this.#unless(['SIGNED_ALREADY', 'NO_DRAFT'], ...args, '--yes', ...this.#passphrase)
  }

  /** Runs a command whose work may have been done before the story was cut off. */
  async #unless(doneBefore: string | readonly string[], ...args: string[]): Promise<void> {
    try {
      await this.#fleetward(...args)
    } catch (error) {
      if (error instanceof FleetwardError && [doneBefore].flat().includes(error.code)) return
      throw error
    }
  }

  /** Runs `fleetward`, again while the server is being started again. */
  async #fleetward(...args: string[]): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#run(args)
      } catch (error) {
        const isAway = error instanceof FleetwardError && error.code === 'SERVER_UNREACHABLE'
        if (!isAway || tries === SERVER_TRIES) throw error
        await pause(SERVER_PAUSE_MS)
      }
    }
  }

  /** One run; the command's own words are the error when it fails. */
  async #run(args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await runRecorded(this.#folder, [
      ...([FLEETWARD, ...args] as [string, ...string[]]),
      ...['--desk', this.#folder.desk, '--json'],
    ])
    if (status === 0) return stdout
    throw new FleetwardError(args.slice(0, 2).join(' '), errorIn(stdout) ?? stderr)
  }
}

interface Said {
  readonly code: string
  readonly message: string
  readonly next: string
}

export class FleetwardError extends Error {
  override readonly name = 'FleetwardError'
  readonly code: string

  constructor(command: string, said: Said | string) {
    const words = typeof said === 'string' ? said : `${said.message} (${said.code}). ${said.next}`
    super(`fleetward ${command}: ${words}`)
    this.code = typeof said === 'string' ? 'UNKNOWN' : said.code
  }
}

function errorIn(stdout: string): Said | undefined {
  try {
    return (JSON.parse(stdout) as { error?: Said }).error
  } catch {
    return undefined
  }
}
