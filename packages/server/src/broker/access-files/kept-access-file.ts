/**
 * Keeps the access file of an outside broker as the devices are, so that enrolment, revocation and a change of
 * cohort reach that broker by themselves: writes it when its content changed, in whole or not at all, and
 * then tells the broker. Both are repeated until they have worked, and once at every start: whether the
 * broker was told of the last change before a power cut nobody knows.
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeFileDurably } from '@fleetward/platform'
import type { Logger } from 'pino'
import type { Clock } from '../../ports.ts'
import { type DeviceAtBroker, topicsOf } from '../access-rules.ts'
import type { BrokerStore } from '../broker-store.ts'
import type { AccessFormat } from './access-file.ts'
import { usersIn } from './rabbitmq-definitions.ts'

/** Many devices that enrol at once are one change; none waits long for its turn. */
const GATHER_MS = 200
/** What other servers and other commands changed in the database is seen within this time. */
const LOOK_AGAIN_MS = 60_000
const TRY_AGAIN_MS = 10_000
const TOLD_LOOK_MS = 20
const REVOCATION_LIST_EVERY_MS = 86_400_000
/** Not secret: the broker, another user, has to read it. */
const MODE = 0o640

export interface AccessFileOptions {
  readonly format: AccessFormat
  readonly serverUser: string
  readonly deviceQos: 0 | 1
  readonly aclFile: string
  readonly crlFile?: string | undefined
  readonly store: BrokerStore
  /** Whether this server writes it now, and not another one. */
  readonly isOurs: () => boolean
  /** PEM, with these serial numbers. */
  readonly revocationList: (serials: readonly string[], now: Date) => Promise<string>
  /** `narrowed`: devices that may do less than the broker was told before. */
  readonly tellBroker: (narrowed: readonly string[], signal: AbortSignal) => Promise<void>
  /** Devices that may do more, since the broker was told. */
  readonly onWidened: (devices: readonly DeviceAtBroker[]) => void
  readonly clock: Clock
  readonly log: Logger
}

export class KeptAccessFile {
  readonly #options: AccessFileOptions
  readonly #stopped = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #work: Promise<void> = Promise.resolve()
  /** What each device may read, as the broker knows it; undefined before it was told the first time. */
  #told: ReadonlyMap<string, string> | undefined
  #touches = 0
  /** How many of them the broker knows of. */
  #toldTouches = 0
  /** Something was written that the broker has not been told of. */
  #isNews = true
  #list: { readonly serials: string; readonly madeAt: number } | undefined

  constructor(options: AccessFileOptions) {
    this.#options = options
  }

  /** Something changed, or may have. */
  touch(): void {
    this.#touches += 1
    this.#doWithin(GATHER_MS)
  }

  /** Resolves when the broker knows everything that was touched before, or after `limitMs`. */
  async told(limitMs: number): Promise<void> {
    const wanted = this.#touches
    const { signal } = this.#stopped
    const until = performance.now() + limitMs
    while (
      this.#options.isOurs() &&
      this.#toldTouches < wanted &&
      performance.now() < until &&
      !signal.aborted
    ) {
      await sleep(TOLD_LOOK_MS, undefined, { signal }).catch(() => {})
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    clearTimeout(this.#timer)
    await this.#work
  }

  #doWithin(delayMs: number): void {
    const dueAt = performance.now() + delayMs
    if (this.#stopped.signal.aborted || dueAt >= this.#dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => {
      this.#dueAt = Number.POSITIVE_INFINITY
      this.#work = this.#work.then(() => this.#bringUpToDate())
    }, delayMs)
    this.#timer.unref()
  }

  async #bringUpToDate(): Promise<void> {
    const { aclFile, isOurs, log, tellBroker, onWidened, store } = this.#options
    const { signal } = this.#stopped
    if (signal.aborted) return
    if (!isOurs()) {
      // Whatever the broker is told meanwhile, this server does not know it.
      this.#isNews = true
      this.#doWithin(LOOK_AGAIN_MS)
      return
    }
    const touches = this.#touches
    try {
      const devices = await store.admitted()
      const shutOut = await store.shutOut()
      const rights = new Map(
        devices.map((device) => [device.device, topicsOf(device).read.join(' ')]),
      )
      if (await this.#writeRules(devices, shutOut)) this.#isNews = true
      if (await this.#writeRevocationList()) this.#isNews = true
      if (this.#isNews) {
        const before = this.#told
        await tellBroker(before === undefined ? shutOut : narrowed(before, rights), signal)
        this.#told = rights
        this.#isNews = false
        log.info({ devices: rights.size }, 'the broker was told who may do what')
        if (before !== undefined) onWidened(devices.filter((device) => isWidened(before, device)))
      }
      this.#toldTouches = touches
      this.#doWithin(LOOK_AGAIN_MS)
    } catch (error) {
      if (signal.aborted) return
      log.error({ err: error, aclFile }, 'the broker does not know yet who may do what')
      this.#doWithin(TRY_AGAIN_MS)
    }
  }

  async #writeRules(
    devices: readonly DeviceAtBroker[],
    shutOut: readonly string[],
  ): Promise<boolean> {
    const { format, serverUser, deviceQos, aclFile } = this.#options
    const before = await readIfThere(aclFile)
    const gone = [...shutOut, ...usersIn(before ?? '')]
    const text = format({ serverUser, deviceQos, devices, shutOut: gone })
    if (text === before) return false
    await writeFileDurably(aclFile, text, { mode: MODE })
    return true
  }

  async #writeRevocationList(): Promise<boolean> {
    const { crlFile, store, clock, revocationList } = this.#options
    if (crlFile === undefined) return false
    const now = clock.now()
    const spent = await store.spentCertificates(Math.floor(now.getTime() / 1000))
    const serials = spent.map(({ serial }) => serial)
    const age = now.getTime() - (this.#list?.madeAt ?? Number.NEGATIVE_INFINITY)
    const isSame = this.#list?.serials === serials.join()
    if (isSame && age < REVOCATION_LIST_EVERY_MS) return false
    await writeFileDurably(crlFile, await revocationList(serials, now), { mode: MODE })
    this.#list = { serials: serials.join(), madeAt: now.getTime() }
    return true
  }
}

/** Who was there before and is not now, or may not read what they might before. */
function narrowed(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const isNarrowed = ([device, topics]: [string, string]) => {
    const left = now.get(device)?.split(' ')
    return left === undefined || topics.split(' ').some((topic) => !left.includes(topic))
  }
  return [...before].filter(isNarrowed).map(([device]) => device)
}

function isWidened(before: ReadonlyMap<string, string>, device: DeviceAtBroker): boolean {
  const known = before.get(device.device)?.split(' ') ?? []
  return topicsOf(device).read.some((topic) => !known.includes(topic))
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
