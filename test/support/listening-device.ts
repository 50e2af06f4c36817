/**
 * The agent's real reader, run and machine on a device whose outside is simulated: messages go in,
 * and what became of them can be seen. Downloads never end, so an offer that was taken shows.
 */
import assert from 'node:assert/strict'
import {
  encodeKeySet,
  type Report,
  SECURE_DEFAULTS,
  signReport,
  TransferError,
  TrustError,
  type VerifiedRelease,
  verifyReport,
} from '@fleetward/shared'
import type { CryptoKey } from 'jose'
import { silentActivity } from '../../packages/agent/src/activity/silent-activity.ts'
import { type AgentRecord, firstRecord } from '../../packages/agent/src/core/agent-record.ts'
import { defaultsFrom } from '../../packages/agent/src/core/owners-choices.ts'
import { MessageReader } from '../../packages/agent/src/messages/message-reader.ts'
import type { Ports } from '../../packages/agent/src/ports.ts'
import { UpdateRun } from '../../packages/agent/src/run/update-run.ts'
import {
  COHORT,
  DEVICE,
  ed25519Signer,
  NOW,
  PRODUCT,
  p256Pair,
  type Signer,
  verifiedRelease,
} from './signed-messages.ts'

export interface Refusal {
  readonly what: string
  readonly code: string
}

/** The parties a device listens to, and one that it does not. */
export interface Parties {
  readonly director: Signer
  readonly commands: Signer
  readonly stranger: Signer
}

export async function someParties(): Promise<Parties> {
  const [director, commands, stranger] = await Promise.all([
    ed25519Signer(),
    ed25519Signer(),
    ed25519Signer(),
  ])
  return { director, commands, stranger }
}

interface KeyPair {
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

export interface DeviceOptions {
  readonly parties: Parties
  readonly releases?: readonly VerifiedRelease[]
  /** A record that an earlier run has saved. */
  readonly record?: AgentRecord
  /** Seconds since 1970. */
  readonly now?: number
}

const slotA = {
  version: '1.4.2',
  securityCounter: 1,
  folder: '/slots/A',
  start: ['node'],
  selfTest: ['node'],
}
const BACKOFF = { firstDelayMs: 1, maxDelayMs: 1 }

export class ListeningDevice {
  readonly refusals: Refusal[] = []
  readonly fetched: string[] = []
  readonly #options: DeviceOptions
  readonly #keys: KeyPair
  #run: UpdateRun | undefined
  #saved: AgentRecord
  #failure: unknown
  #onChange: (() => void) | undefined
  readonly #ports: Ports
  refreshes = 0
  now: number

  private constructor(options: DeviceOptions, keys: KeyPair) {
    this.#options = options
    this.#keys = keys
    this.#saved = options.record ?? firstRecord(COHORT, 1, 0)
    this.now = options.now ?? NOW
    this.#ports = this.#simulatedPorts()
  }

  static async start(options: DeviceOptions): Promise<ListeningDevice> {
    const device = new ListeningDevice(options, await p256Pair())
    await device.#begin()
    return device
  }

  /** What would survive a power loss now. */
  get record(): AgentRecord {
    return this.#saved
  }

  get cohort(): string {
    return this.#saved.cohort
  }

  /** Path of the release the device is at work on. */
  get takenRelease(): string | undefined {
    const { state } = this.#saved
    return 'update' in state ? state.update.offer.release.path : undefined
  }

  /** Resolves once the message has been read, with what was refused of it. */
  async receive(topic: string, token: string): Promise<readonly Refusal[]> {
    const before = this.refusals.length
    const reader = this.#makeReader()
    reader.takeMessage(topic, Buffer.from(token, 'latin1'))
    // A reader finishes what it has begun before it stops.
    await reader.stop()
    if (this.#failure !== undefined) throw this.#failure
    return this.refusals.slice(before)
  }

  /** Resolves once `holds` does; looks again whenever the device saves or logs something. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#failure !== undefined) throw this.#failure
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#onChange = resolve
      await promise
    }
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.#begin()
  }

  async stop(): Promise<void> {
    await this.#run?.stop()
  }

  /** The reports that wait to be sent, as the server would read them. */
  reports(): Promise<Report[]> {
    const { publicKey: key } = this.#keys
    const expected = { key, product: PRODUCT, device: DEVICE, now: this.now }
    return Promise.all(this.#saved.reports.outbox.map(({ token }) => verifyReport(token, expected)))
  }

  async #begin(): Promise<void> {
    this.#run = await UpdateRun.begin(this.#ports, {
      device: {
        product: PRODUCT,
        device: DEVICE,
        compatible: 'lumen-g1',
        defaults: {
          ...defaultsFrom(SECURE_DEFAULTS),
          functionality: 'automatic',
        },
        trialTimeLimitMs: 1,
      },
      record: this.#saved,
      inventory: () => ({}),
      backoff: BACKOFF,
    })
    this.#run.ended.catch((error) => this.#fail(error))
  }

  #makeReader(): MessageReader {
    assert.ok(this.#run !== undefined)
    return new MessageReader({
      run: this.#run,
      releases: this.#ports.releases,
      product: PRODUCT,
      device: DEVICE,
      timer: this.#ports.timer,
      chance: this.#ports.chance,
      backoff: BACKOFF,
      onFailed: (error) => this.#fail(error),
      checkNow: async () => {},
      changeCohort: async () => {},
      askReset: async () => {},
    })
  }

  #fail(error: unknown): void {
    this.#failure = error
    this.#onChange?.()
  }

  #simulatedPorts(): Ports {
    const untilAborted = (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    const { parties, releases = [verifiedRelease()] } = this.#options
    return {
      systemClock: { systemMs: () => this.now * 1000 },
      place: { timeZone: () => 'UTC' },
      timer: { wait: (_, signal) => untilAborted(signal) },
      chance: { share: () => 0, nonce: () => 'nonce-of-the-last-report' },
      log: {
        write: (_, event, facts = {}) => {
          if (event === 'refused') {
            this.refusals.push({ what: String(facts.what), code: String(facts.code) })
          }
          this.#onChange?.()
        },
      },
      store: {
        load: async () => this.#saved,
        save: async (record) => {
          this.#saved = record
          this.#onChange?.()
        },
      },
      releases: {
        verify: async (path) => {
          const release = releases.find((candidate) => candidate.path === path)
          if (release === undefined) throw new TrustError('TARGET_NOT_FOUND', { path })
          return release
        },
        trustFile: async (name) => {
          const signer = name === 'director.jwks' ? parties.director : parties.commands
          return encodeKeySet([signer.publicKey])
        },
        refresh: async () => {
          this.refreshes += 1
        },
        versions: () => ({ root: 1, timestamp: 1, snapshot: 1, targets: 1 }),
      },
      transfer: {
        fetch: async (release, { signal }) => {
          this.fetched.push(release.path)
          this.#onChange?.()
          await untilAborted(signal)
        },
        discard: async () => {},
      },
      installer: {
        write: async () => {},
        contents: async (slot) => (slot === 'A' ? slotA : undefined),
      },
      bootloader: {
        bootedSlot: async () => 'A',
        boot: async () => 'A',
        tryBoot: async () => {},
        abandonTrial: async () => {},
        commit: async () => {},
      },
      product: {
        start: async () => {},
        stop: async () => {},
        selfTest: async () => ({ passed: true }),
      },
      // The server is away: what the device has to say stays where a test can read it.
      reportChannel: {
        send: async () => {
          throw new TransferError('SERVER_UNREACHABLE')
        },
      },
      readiness: { obstacle: async () => undefined },
      activity: silentActivity,
      reportSigner: { sign: (report) => signReport(report, this.#keys.privateKey) },
    }
  }
}
