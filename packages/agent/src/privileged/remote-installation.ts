/**
 * The network process's side: the ports of an installation, each of their calls a question to the
 * privileged process. What that one asks back is fetched here, from where the release came.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import {
  Fields,
  type Json,
  TARGETS_LENGTH_MAX_BYTES,
  TransferError,
  type VerifiedRelease,
} from '@fleetward/shared'
import type { Installation } from '../installers/installers.ts'
import type { SelfTestOutcome, SlotContents, SlotName } from '../ports.ts'
import type { ReleaseOrigin } from '../tuf/release-origin.ts'
import { Conversation, type Question } from './conversation.ts'
import { factsOf } from './failure-json.ts'
import { FETCH, ORIGIN_FOLDERS, type QuestionName, slotOf } from './installer-question.ts'

/** A privileged process that is being started again is waited for. */
const PATIENCE_MS = 30_000
const PAUSE_MS = 200
const TEXT_MAX_BYTES = 4096
const WORDS_MAX_COUNT = 100

export interface RemoteInstallationOptions {
  /** Absolute. */
  readonly socket: string
  originOf(releasePath: string): ReleaseOrigin
  /** How long a privileged process that does not answer is waited for. */
  readonly patienceMs?: number
  readonly onFailed: (error: unknown) => void
}

export class RemoteInstallation {
  readonly #options: RemoteInstallationOptions
  #conversation: Conversation | undefined
  #connecting: Promise<Conversation> | undefined
  /** By the number under which the other side asks for its files. */
  readonly #origins = new Map<number, ReleaseOrigin>()
  #lastOrigin = 0

  constructor(options: RemoteInstallationOptions) {
    this.#options = options
  }

  get ports(): Installation {
    const ask = (what: QuestionName, body: Json = {}, signal?: AbortSignal) =>
      this.#ask(what, body, signal)
    return {
      installer: {
        write: (release, slot, { signal }) => this.#write(release, slot, signal),
        contents: async (slot) => contentsFromJson(await ask('contents', { slot })),
      },
      bootloader: {
        bootedSlot: async () => slotFromJson(await ask('bootedSlot')),
        boot: async () => slotFromJson(await ask('boot')),
        tryBoot: async (slot) => void (await ask('tryBoot', { slot })),
        abandonTrial: async () => void (await ask('abandonTrial')),
        commit: async (slot) => void (await ask('commit', { slot })),
      },
      product: {
        start: async () => void (await ask('startProduct')),
        stop: async () => void (await ask('stopProduct')),
        selfTest: async (_, { signal }) => outcomeFromJson(await ask('selfTest', {}, signal)),
      },
    }
  }

  /** A manifest that was accepted, for the privileged process's own idea of the time. */
  async tellTime(token: string, audience: string, origin: ReleaseOrigin): Promise<void> {
    await this.#withOrigin(origin, (number) =>
      this.#ask('tellTime', { token, audience, origin: number }),
    )
  }

  /** What the product has printed, which may be its owner's. */
  async forgetOutput(): Promise<void> {
    await this.#ask('forgetOutput', {})
  }

  close(): void {
    this.#conversation?.close()
  }

  async #write({ path }: VerifiedRelease, slot: SlotName, signal: AbortSignal): Promise<void> {
    const origin = this.#options.originOf(path)
    const { bundleToken } = origin
    await this.#withOrigin(origin, (number) => {
      const bundle = bundleToken === undefined ? {} : { bundleToken }
      return this.#ask('write', { path, slot, origin: number, ...bundle }, signal)
    })
  }

  async #withOrigin<Result>(
    origin: ReleaseOrigin,
    act: (number: number) => Promise<Result>,
  ): Promise<Result> {
    this.#lastOrigin += 1
    const number = this.#lastOrigin
    this.#origins.set(number, origin)
    try {
      return await act(number)
    } finally {
      this.#origins.delete(number)
    }
  }

  async #ask(what: QuestionName, body: Json, signal?: AbortSignal): Promise<Json> {
    const conversation = await this.#connected(signal)
    return conversation.ask(what, body, signal)
  }

  async #connected(signal?: AbortSignal): Promise<Conversation> {
    if (this.#conversation !== undefined) return this.#conversation
    // Two questions at a time share one way there: a second conversation would end the first.
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    const conversation = await this.#connecting
    signal?.throwIfAborted()
    return conversation
  }

  async #connect(): Promise<Conversation> {
    const { socket: path, patienceMs = PATIENCE_MS, onFailed } = this.#options
    for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
      const socket = await open(path)
      if (socket !== undefined) return this.#begin(socket, onFailed)
      if (waitedMs >= patienceMs) throw new TransferError('INSTALLER_UNREACHABLE', { socket: path })
      await pause(PAUSE_MS)
    }
  }

  #begin(socket: Socket, onFailed: (error: unknown) => void): Conversation {
    const answer = (question: Question) => this.#fetch(question)
    const conversation = new Conversation(socket, { answer, onFailed })
    this.#conversation = conversation
    conversation.ended.then(() => {
      if (this.#conversation === conversation) this.#conversation = undefined
    }, onFailed)
    return conversation
  }

  async #fetch({ what, fields }: Question): Promise<Json> {
    fields.require(what === FETCH, 'what', FETCH)
    const origin = this.#origins.get(fields.integer('origin'))
    if (origin === undefined) throw new TransferError('NOT_FOUND', { reason: 'no such origin' })
    const folder = fields.oneOf('folder', ORIGIN_FOLDERS)
    const path = fields.text('path', TEXT_MAX_BYTES)
    const bytes = await origin[folder].fetch(
      path,
      fields.integer('maxBytes', 0, TARGETS_LENGTH_MAX_BYTES),
    )
    return Buffer.from(bytes).toString('base64')
  }
}

/** undefined when nobody listens there. */
function open(path: string): Promise<Socket | undefined> {
  const { promise, resolve } = Promise.withResolvers<Socket | undefined>()
  const socket = connect(path)
  socket.once('connect', () => resolve(socket))
  socket.once('error', () => resolve(undefined))
  return promise
}

function slotFromJson(json: Json): SlotName {
  return slotOf(new Fields({ slot: json }, 'JSON_INVALID'))
}

function contentsFromJson(json: Json): SlotContents | undefined {
  if (json === null) return undefined
  const fields = new Fields(json, 'JSON_INVALID')
  const words = (name: string) =>
    fields.list(name, { max: WORDS_MAX_COUNT }, (items, at) => items.text(at, TEXT_MAX_BYTES))
  return {
    version: fields.text('version', TEXT_MAX_BYTES),
    securityCounter: fields.integer('securityCounter'),
    folder: fields.text('folder', TEXT_MAX_BYTES),
    start: words('start'),
    selfTest: words('selfTest'),
  }
}

function outcomeFromJson(json: Json): SelfTestOutcome {
  const fields = new Fields(json, 'JSON_INVALID')
  if (fields.flag('passed')) return { passed: true }
  const code = fields.oneOf('code', ['SELF_TEST_FAILED', 'PRODUCT_CRASHED'] as const)
  const facts = fields.object('facts', factsOf)
  return { passed: false, code, facts }
}
