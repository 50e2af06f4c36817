/**
 * What the two processes of the agent say to each other over one socket. Both may ask: the network
 * process for something to be done, the privileged one for a file it needs on the way.
 *
 *   {"ask": 1, "what": "write", "with": {…}}
 *   {"ask": 1, "what": "fetch", "with": {…}}          asked back by the other side, numbered by it
 *   {"answer": 1, "ok": …}  {"answer": 1, "failed": {"kind", "code", "facts"}}
 *   {"end": 1}                                        the asker has no use for the answer any more
 */
import type { Socket } from 'node:net'
import { DeviceError, Fields, type Json, TransferError } from '@fleetward/shared'
import { failureFromJson, failureToJson } from './failure-json.ts'
import { readLines, writeLine } from './json-lines.ts'

/** Neither side asks more at a time. */
const OPEN_MAX_COUNT = 32
const WHAT = /^[a-zA-Z]{1,32}$/

export interface Question {
  readonly what: string
  readonly fields: Fields
  /** Aborts when the asker has gone or wants no answer any more. */
  readonly signal: AbortSignal
}

export interface ConversationOptions {
  /** Answers what the other side asks; a failure with a code reaches it, any other as INSTALLER_FAILED. */
  answer(question: Question): Promise<Json>
  /** With what nobody foresaw. */
  onFailed(error: unknown): void
}

export class Conversation {
  readonly #socket: Socket
  readonly #options: ConversationOptions
  readonly #asked = new Map<number, PromiseWithResolvers<Json>>()
  readonly #asking = new Map<number, AbortController>()
  #lastAsk = 0
  /** Resolves when the socket has closed; what the other side asked for has been told to end. */
  readonly ended: Promise<void>

  constructor(socket: Socket, options: ConversationOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('error', () => {
      // `close` follows.
    })
    this.ended = this.#read()
  }

  /** What the other side answers; throws its failure, or INSTALLER_UNREACHABLE when it has gone. */
  async ask(what: string, body: Json, signal?: AbortSignal): Promise<Json> {
    signal?.throwIfAborted()
    if (this.#socket.destroyed) throw gone()
    this.#lastAsk += 1
    const number = this.#lastAsk
    const answered = Promise.withResolvers<Json>()
    this.#asked.set(number, answered)
    // It may be refused while the question is still being sent: nobody waits for it yet then.
    answered.promise.catch(() => undefined)
    const end = () => void writeLine(this.#socket, { end: number })
    signal?.addEventListener('abort', end, { once: true })
    this.#socket.ref()
    try {
      await writeLine(this.#socket, { ask: number, what, with: body })
      return await answered.promise
    } finally {
      signal?.removeEventListener('abort', end)
      this.#asked.delete(number)
      // A process that waits for nothing may end.
      if (this.#asked.size === 0) this.#socket.unref()
    }
  }

  close(): void {
    this.#socket.destroy()
  }

  async #read(): Promise<void> {
    try {
      for await (const line of readLines(this.#socket)) this.#take(new Fields(line, 'JSON_INVALID'))
    } catch {
      // Neither side goes on with one that does not speak as agreed.
    }
    this.#socket.destroy()
    for (const { reject } of this.#asked.values()) reject(gone())
    for (const controller of this.#asking.values()) controller.abort()
  }

  #take(line: Fields): void {
    if (line.has('ask')) this.#begin(line)
    else if (line.has('answer')) this.#settle(line)
    else this.#asking.get(line.integer('end'))?.abort()
  }

  #begin(line: Fields): void {
    const number = line.integer('ask')
    line.require(this.#asking.size < OPEN_MAX_COUNT, 'ask', `at most ${OPEN_MAX_COUNT} at a time`)
    line.require(!this.#asking.has(number), 'ask', 'a new number')
    const what = line.matching('what', isWhat, 'a word')
    const controller = new AbortController()
    this.#asking.set(number, controller)
    const fields = line.object('with', (inner) => inner)
    this.#answer(number, { what, fields, signal: controller.signal })
      .catch(this.#options.onFailed)
      .finally(() => this.#asking.delete(number))
  }

  async #answer(number: number, question: Question): Promise<void> {
    try {
      const ok = await this.#options.answer(question)
      await writeLine(this.#socket, { answer: number, ok })
    } catch (error) {
      const failed = failureToJson(error)
      const isAsked = failed !== undefined || question.signal.aborted
      const fallback = failureToJson(new DeviceError('INSTALLER_FAILED', { what: question.what }))
      await writeLine(this.#socket, { answer: number, failed: failed ?? fallback ?? null })
      if (!isAsked) this.#options.onFailed(error)
    }
  }

  #settle(line: Fields): void {
    const asked = this.#asked.get(line.integer('answer'))
    if (line.has('ok')) asked?.resolve(line.raw('ok'))
    else asked?.reject(failureFromJson(line.raw('failed')))
  }
}

function gone(): TransferError {
  return new TransferError('INSTALLER_UNREACHABLE', { reason: 'the connection has ended' })
}

const isWhat = (text: unknown): text is string => typeof text === 'string' && WHAT.test(text)
