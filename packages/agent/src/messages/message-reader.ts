/**
 * Manifests and commands on their way from the wire to the run: who sent them is verified here
 * (protocol §5.4, §6), with keys that TUF vouches for; in which order they came, by the run.
 */
import {
  cohortAudience,
  DeviceError,
  deviceAudience,
  importKeySet,
  instructionOf,
  type KeySet,
  parseTopic,
  sha256Hex,
  TransferError,
  TrustError,
  verifyCommand,
  verifyManifest,
} from '@fleetward/shared'
import type { Backoff } from '../core/backoff.ts'
import type { Chance, Releases, Timer } from '../ports.ts'
import type { ResetLevel } from '../reset/reset-intent.ts'
import type { UpdateRun } from '../run/update-run.ts'
import { Intake } from './intake.ts'

export type MessageKind = 'cohort' | 'device' | 'command'

export interface MessageReaderOptions {
  readonly run: UpdateRun
  readonly releases: Releases
  readonly product: string
  readonly device: string
  readonly timer: Timer
  readonly chance: Chance
  readonly backoff: Backoff
  /** With what nobody foresaw. */
  onFailed(error: unknown): void
  /** `check-now`: fetches the manifests over HTTPS. */
  checkNow(): Promise<void>
  /** `assign`: the new cohort is saved already. */
  changeCohort(cohort: string): Promise<void>
  /** Resolves once the wish is durable. */
  askReset(level: ResetLevel): Promise<void>
  /** Accepted, for whoever keeps a time of its own. */
  onManifest?(token: string, audience: string): void
}

type KeySetName = 'director.jwks' | 'commands.jwks'

/** Whoever holds the broker can send unknown keys without end; the repository is not asked without end. */
const REFRESH_PAUSE_MS = 10_000

export class MessageReader {
  readonly #options: MessageReaderOptions
  readonly #intake: Intake
  readonly #keys = new Map<KeySetName, { readonly digest: string; readonly keys: KeySet }>()
  #refreshedAtMs = Number.NEGATIVE_INFINITY

  constructor(options: MessageReaderOptions) {
    this.#options = options
    const { timer, chance, backoff } = options
    const reader = {
      read: (kind: string, token: string) => this.#read(kind as MessageKind, token),
      refused: (kind: string, error: unknown) =>
        options.run.reportRefusal(kind === 'command' ? 'command' : 'manifest', error),
    }
    this.#intake = new Intake(reader, timer, chance, backoff)
  }

  /** From MQTT. The topic says which audience the token must be for. */
  takeMessage(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic)
    // An empty retained message clears a topic; unsigned, it tells a device nothing.
    if (parsed === undefined || payload.length === 0) return
    const { run, product, device } = this.#options
    if (parsed.product !== product) return
    const token = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('latin1')
    if ('cohort' in parsed) {
      if (parsed.cohort === run.record.cohort) this.take('cohort', token)
    } else if (parsed.device === device) {
      if (parsed.leaf === 'manifest') this.take('device', token)
      if (parsed.leaf === 'command') this.take('command', token)
    }
  }

  take(kind: MessageKind, token: string): void {
    this.#intake.take(kind, token).catch((error: unknown) => this.#options.onFailed(error))
  }

  stop(): Promise<void> {
    return this.#intake.stop()
  }

  /** Resolves once every message so far has been read. */
  idle(): Promise<void> {
    return this.#intake.idle()
  }

  async #read(kind: MessageKind, token: string): Promise<void> {
    if (kind === 'command') return this.#readCommand(token)
    const { run, product, device } = this.#options
    const audience =
      kind === 'device'
        ? deviceAudience(product, device)
        : cohortAudience(product, run.record.cohort)
    const manifest = await this.#withKeys('director.jwks', (keys) =>
      verifyManifest(token, { keys, product, audience, now: run.now() }),
    )
    await run.acceptManifest(manifest, token)
    this.#options.onManifest?.(token, audience)
  }

  async #readCommand(token: string): Promise<void> {
    const { run, product, device, checkNow, changeCohort } = this.#options
    const { nonce } = run.record.reports
    const command = await this.#withKeys('commands.jwks', (keys) =>
      verifyCommand(token, {
        keys,
        product,
        device,
        now: run.now(),
        nonce: nonce === '' ? undefined : nonce,
      }),
    )
    const instruction = instructionOf(command)
    // Saved before the effect: a command works once, also when the power fails in between.
    const change = instruction.name === 'assign' ? { cohort: instruction.cohort } : {}
    await run.takeCommand(command, change)
    switch (instruction.name) {
      case 'check-now':
        run.announceNews()
        return checkNow()
      case 'assign':
        return changeCohort(instruction.cohort).catch((error: unknown) => {
          // The line broke: its next connection asks for the new cohort by itself.
          if (!(error instanceof TransferError)) throw error
        })
      case 'factory-reset':
      case 'erase':
        return this.#reset(instruction.name === 'erase' ? 'erase' : instruction.level)
      case 'unsupported':
        throw new DeviceError('COMMAND_NOT_SUPPORTED', { command: instruction.command })
    }
  }

  /** The owner's device: nobody resets it from afar unless the owner allowed it (CRA P-050). */
  async #reset(level: ResetLevel): Promise<void> {
    const { run, askReset } = this.#options
    const { remoteManagement } = run.view().settings
    if (!remoteManagement) throw new DeviceError('NOT_ALLOWED', { reset: level })
    await askReset(level)
  }

  /** A key that is not in the set may have been added since: the metadata is asked once more. */
  async #withKeys<Result>(
    name: KeySetName,
    verify: (keys: KeySet) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await verify(await this.#keySet(name))
    } catch (error) {
      if (!(error instanceof TrustError) || error.code !== 'TOKEN_KEY_UNKNOWN') throw error
      if (performance.now() - this.#refreshedAtMs < REFRESH_PAUSE_MS) throw error
    }
    await this.#options.releases.refresh()
    this.#refreshedAtMs = performance.now()
    return verify(await this.#keySet(name))
  }

  async #keySet(name: KeySetName): Promise<KeySet> {
    const bytes = await this.#options.releases.trustFile(name)
    const digest = sha256Hex(bytes)
    const known = this.#keys.get(name)
    if (known?.digest === digest) return known.keys
    const keys = await importKeySet(bytes)
    this.#keys.set(name, { digest, keys })
    return keys
  }
}
