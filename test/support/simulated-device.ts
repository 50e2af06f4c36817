/**
 * A device in memory: two slots, a bootloader that counts boots, a disk that survives, a server, a
 * clock, and a power supply that can be cut at any call. It implements every port of the agent, so
 * tests run the real shell and core; and it holds the ports' callers to their contracts: the running
 * slot is never armed or written, an untested slot never committed, a half-written one never booted.
 *
 * Time stands still while anything happens. When nothing does, it jumps to the next timer.
 */
import assert from 'node:assert/strict'
import {
  canonicalJson,
  DeviceError,
  type Facts,
  type Manifest,
  parseJson,
  type Report,
  SECURE_DEFAULTS,
  TransferError,
  TrustError,
  type VerifiedRelease,
} from '@fleetward/shared'
import { silentActivity } from '../../packages/agent/src/activity/silent-activity.ts'
import { type AgentRecord, firstRecord } from '../../packages/agent/src/core/agent-record.ts'
import { defaultsFrom } from '../../packages/agent/src/core/owners-choices.ts'
import { parseAgentRecord, recordJson } from '../../packages/agent/src/core/record-json.ts'
import type { SlotName } from '../../packages/agent/src/core/update-machine.ts'
import type { ActivityLog, Ports, SlotContents } from '../../packages/agent/src/ports.ts'
import type { AgentDevice } from '../../packages/agent/src/run/agent-device.ts'
import { UpdateRun } from '../../packages/agent/src/run/update-run.ts'
import { COHORT, DEVICE, NOW, PRODUCT } from './signed-messages.ts'

export class PowerLost extends Error {}

export interface Faults {
  /** Cut the power at this call, counting from 1; before it takes effect or before its caller knows. */
  readonly cutAt?: number
  readonly cut?: 'before' | 'after'
  /** Cut the power in every self-test: a slot that takes the device down. */
  readonly cutInSelfTest?: boolean
}

/** More boots than any update here needs; reaching it means the device is stuck in a loop. */
const BOOTS_MAX = 20
const DAY_MS = 86_400_000
/** Turns of the event loop without any call of a port, after which nothing is going on. */
const QUIET_TURNS = 5

interface Timer {
  readonly dueMs: number
  readonly fire: () => void
}

export class SimulatedDevice {
  /** The disk. */
  slots: Record<SlotName, SlotContents | undefined> = {
    A: contentsOf('A', '1.4.2', 1),
    B: undefined,
  }
  boot: { permanent: SlotName; trial?: { slot: SlotName; triesLeft: number } } = { permanent: 'A' }
  downloaded: string | undefined
  activity: ActivityLog = silentActivity
  /** As bytes, so that what cannot be read back shows. */
  savedRecord: Uint8Array | undefined

  /** The server: what the release keys signed, and what it was told. */
  readonly releases = new Map<string, VerifiedRelease>()
  readonly received: Report[] = []
  manifests: { readonly manifest: Manifest; readonly token: string }[] = []

  /** Versions that start but fail their self-test, hang in it, or crash. */
  readonly broken = new Map<string, 'failed' | 'hangs' | 'crashes'>()
  /** Asked before every call of that name; throws what goes wrong. */
  readonly troubles = new Map<string, () => void>()

  systemMs = NOW * 1000
  timeZone = 'UTC'
  inventory: Readonly<Record<string, string>> = { agent: 'simulated' }
  device: AgentDevice = {
    product: PRODUCT,
    device: DEVICE,
    compatible: 'lumen-g1',
    defaults: {
      ...defaultsFrom(SECURE_DEFAULTS),
      functionality: 'automatic',
    },
    trialTimeLimitMs: 300_000,
  }
  run: UpdateRun | undefined
  boots = 0
  calls = 0
  /** Every call that may change the world, in order. */
  readonly history: string[] = []
  readonly logged: { event: string; facts: Facts }[] = []

  readonly #faults: Faults
  #booted: SlotName = 'A'
  #isDead = false
  #passed = new Set<string>()
  #timers: Timer[] = []
  #activity = 0
  /** What ended the run and is no accident of ours. */
  #bug: unknown

  constructor(faults: Faults = {}) {
    this.#faults = faults
  }

  get version(): string | undefined {
    return this.slots[this.#booted]?.version
  }

  get record(): AgentRecord {
    assert.ok(this.savedRecord, 'nothing was ever saved')
    return parseAgentRecord(parseJson(this.savedRecord, 1 << 20))
  }

  /** What the reports said, in words: `offered`, `failed SELF_TEST_FAILED`. */
  get story(): string[] {
    return this.received.map(({ state, waitingFor, code, refused }) =>
      [state, waitingFor, code, refused].filter((word) => word !== undefined).join(' '),
    )
  }

  offer(release: VerifiedRelease, manifest: Manifest): void {
    this.releases.set(release.path, release)
    this.announce(manifest)
  }

  /** Retained: it comes again after every start. */
  announce(manifest: Manifest): void {
    const others = this.manifests.filter(({ manifest: held }) => held.aud !== manifest.aud)
    this.manifests = [...others, { manifest, token: `${JSON.stringify(manifest)}.signature` }]
  }

  /**
   * Boots as often as the power fails, until the time is over, or until the device is idle and has
   * said everything, if that comes first.
   */
  async live(forMs: number = DAY_MS, { untilIdle = true } = {}): Promise<void> {
    const untilMs = this.systemMs + forMs
    const boots = this.boots
    while (this.boots - boots < BOOTS_MAX) {
      try {
        if (this.run === undefined) await this.#powerOn()
        for (const { manifest, token } of this.manifests) {
          await this.run?.acceptManifest(manifest, token)
        }
        await this.#settle(untilMs, untilIdle)
        if (!this.#isDead) return
      } catch (error) {
        if (!(error instanceof PowerLost)) throw error
      }
      this.run = undefined
    }
    throw new Error(`still not quiet after ${BOOTS_MAX} boots: ${this.story.join(', ')}`)
  }

  /** The plug is pulled while nothing happens. */
  cutPower(): void {
    this.#isDead = true
    this.run = undefined
  }

  async #powerOn(): Promise<void> {
    this.boots += 1
    this.#isDead = false
    this.#timers = []
    const ports = this.#ports()
    const record = (await ports.store.load()) ?? firstRecord(COHORT, 1, 0)
    const run = await UpdateRun.begin(ports, {
      device: this.device,
      record,
      inventory: () => this.inventory,
      backoff: { firstDelayMs: 1000, maxDelayMs: 300_000 },
    })
    run.ended.catch((error: unknown) => {
      if (!(error instanceof PowerLost)) this.#bug ??= error
    })
    this.run = run
  }

  async #settle(untilMs: number, untilIdle: boolean): Promise<void> {
    for (;;) {
      let seen = this.#activity
      for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
        await new Promise((resolve) => setImmediate(resolve))
        if (this.#bug !== undefined) throw this.#bug
        if (this.#isDead) throw new PowerLost()
        if (seen !== this.#activity) quiet = -1
        seen = this.#activity
      }
      const next = this.#timers.sort((a, b) => a.dueMs - b.dueMs)[0]
      if (next === undefined || next.dueMs > untilMs) return
      if (untilIdle && this.#isIdle()) return
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.systemMs = Math.max(this.systemMs, next.dueMs)
      next.fire()
    }
  }

  /** Nothing to do and everything said: what timers remain are for looking again. */
  #isIdle(): boolean {
    return this.record.state.name === 'idle' && this.record.reports.outbox.length === 0
  }

  /** One call of the agent: the power may fail before it takes effect, or right after. */
  async #call<Result>(name: string, takeEffect: () => Result): Promise<Result> {
    if (this.#isDead) throw new PowerLost()
    this.#activity += 1
    this.calls += 1
    this.history.push(name)
    const cut = this.calls === this.#faults.cutAt ? this.#faults.cut : undefined
    if (cut === 'before') this.#loseFrom()
    // Nothing takes effect at once: a caller that does not wait for a save is seen to be ahead of it.
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#isDead) throw new PowerLost()
    this.troubles.get(name)?.()
    const result = takeEffect()
    if (cut === 'after') this.#loseFrom()
    return result
  }

  #loseFrom(): never {
    this.#isDead = true
    throw new PowerLost()
  }

  /** New ones for each boot: what an earlier boot left running has lost its power. */
  #ports(): Ports {
    const boot = this.boots
    const call = <Result>(name: string, takeEffect: () => Result): Promise<Result> => {
      if (boot !== this.boots) return Promise.reject(new PowerLost())
      return this.#call(name, takeEffect)
    }
    return {
      systemClock: { systemMs: () => this.systemMs },
      place: { timeZone: () => this.timeZone },
      chance: { share: () => 0.5, nonce: () => `nonce-${this.calls}` },
      log: { write: (_level, event, facts = {}) => this.logged.push({ event, facts }) },
      timer: { wait: (ms, signal) => this.#wait(ms, signal) },
      store: {
        load: async () => (this.savedRecord === undefined ? undefined : this.record),
        save: (record) =>
          call('save', () => {
            this.savedRecord = canonicalJson(recordJson(record))
          }),
      },
      releases: {
        verify: (path) =>
          call('verify', () => {
            const release = this.releases.get(path)
            if (release === undefined) throw new TrustError('TARGET_NOT_FOUND', { path })
            return release
          }),
        refresh: () => call('refresh', () => undefined),
        trustFile: () => Promise.reject(new Error('no test needs it')),
        versions: () => ({ root: 1, timestamp: 1, snapshot: 1, targets: 1 }),
      },
      transfer: {
        fetch: async (release, { onProgress, signal }) => {
          await call('fetch half', () => onProgress(release.length / 2))
          signal.throwIfAborted()
          await call('fetch', () => {
            this.downloaded = release.sha256
          })
        },
        discard: () =>
          call('discard', () => {
            this.downloaded = undefined
          }),
      },
      installer: {
        write: async (release, slot) => {
          assert.notEqual(slot, this.#booted, 'the running slot was written')
          await call('write half', () => {
            this.slots[slot] = undefined
          })
          await call('write', () => {
            if (this.downloaded !== release.sha256) throw new DeviceError('SLOT_WRITE_FAILED')
            this.slots[slot] = contentsOf(slot, release.version, release.securityCounter)
          })
        },
        contents: async (slot) => this.slots[slot],
      },
      bootloader: {
        bootedSlot: async () => this.#booted,
        boot: () => call('boot', () => this.#bootOnce()),
        tryBoot: (slot) =>
          call('tryBoot', () => {
            assert.notEqual(slot, this.#booted, 'the running slot was armed')
            assert.ok(this.slots[slot], 'an incomplete slot was armed')
            this.boot = { permanent: this.boot.permanent, trial: { slot, triesLeft: 3 } }
          }),
        abandonTrial: () =>
          call('abandonTrial', () => {
            this.boot = { permanent: this.boot.permanent }
          }),
        commit: (slot) =>
          call('commit', () => {
            assert.equal(slot, this.#booted, 'committed a slot that does not run')
            assert.ok(this.#passed.has(this.version ?? ''), 'committed what was not tested')
            this.boot = { permanent: slot }
          }),
      },
      product: {
        start: (contents) =>
          call('start', () => {
            assert.equal(contents, this.slots[this.#booted], 'started another slot than the booted')
          }),
        stop: () => call('stop', () => undefined),
        selfTest: async (contents, { signal }) => {
          await call('selfTest', () => {
            if (this.#faults.cutInSelfTest === true) this.#loseFrom()
          })
          const trouble = this.broken.get(contents.version)
          if (trouble === 'hangs') {
            await new Promise<void>((resolve) => {
              signal.addEventListener('abort', () => resolve(), { once: true })
            })
          }
          if (trouble === 'crashes') {
            return { passed: false, code: 'PRODUCT_CRASHED', facts: { exitCode: 1 } }
          }
          if (trouble !== undefined) return { passed: false, code: 'SELF_TEST_FAILED', facts: {} }
          this.#passed.add(contents.version)
          return { passed: true }
        },
      },
      reportChannel: {
        send: (token) =>
          call('send', () => {
            const report: Report = JSON.parse(token.slice(0, token.lastIndexOf('.')))
            // The server takes every number once (protocol §7).
            if (this.received.every(({ seq }) => seq !== report.seq)) this.received.push(report)
          }),
      },
      readiness: { obstacle: async () => undefined },
      activity: this.activity,
      reportSigner: { sign: async (report) => `${JSON.stringify(report)}.signature` },
    }
  }

  #bootOnce(): SlotName {
    const { permanent, trial } = this.boot
    if (trial === undefined || trial.triesLeft === 0) {
      this.boot = { permanent }
      this.#booted = permanent
    } else {
      this.boot = { permanent, trial: { ...trial, triesLeft: trial.triesLeft - 1 } }
      this.#booted = trial.slot
    }
    assert.ok(this.slots[this.#booted], `booted slot ${this.#booted}, which is not complete`)
    return this.#booted
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    this.#activity += 1
    return new Promise((resolve) => {
      const fire = () => {
        this.#activity += 1
        resolve()
      }
      if (signal.aborted) return fire()
      const timer = { dueMs: this.systemMs + ms, fire }
      this.#timers.push(timer)
      signal.addEventListener('abort', () => {
        this.#timers = this.#timers.filter((other) => other !== timer)
        fire()
      })
    })
  }
}

/** For troubles: the server is away for the first `times` calls. */
export function unreachable(times: number): () => void {
  let left = times
  return () => {
    left -= 1
    if (left >= 0) throw new TransferError('SERVER_UNREACHABLE')
  }
}

/** For troubles: as long as `isFull` says so. */
export function diskFull(isFull: () => boolean): () => void {
  return () => {
    if (isFull()) throw new DeviceError('DISK_FULL', { path: '/data' })
  }
}

function contentsOf(slot: SlotName, version: string, securityCounter: number): SlotContents {
  const folder = `/slots/${slot}`
  return { version, securityCounter, folder, start: ['start'], selfTest: ['self-test'] }
}
