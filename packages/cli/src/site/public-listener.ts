/** The public listener as anybody reads it: without a token, within limits, over verified TLS. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { rootCertificates } from 'node:tls'
import { Refusal } from '../refusal.ts'
import { PATIENCE, Patience, type PatienceRules } from './patience.ts'

const SILENCE_LIMIT_MS = 30_000
/** Until an answer begins, whatever drips of its head. */
const HEAD_LIMIT_MS = 60_000
/** A busy listener says when to come again; it says it no longer than this. */
const WAIT_MAX_SECONDS = 60

export class PublicListener {
  readonly #origin: string
  readonly #agent: https.Agent
  readonly #patience: Patience

  constructor(
    { url, ca }: { readonly url: string; readonly ca?: string | undefined },
    rules: PatienceRules = PATIENCE,
  ) {
    this.#patience = new Patience(() => performance.now(), rules)
    const at = URL.parse(url)
    if (at?.protocol !== 'https:' || at.username !== '' || at.pathname !== '/') {
      throw new Refusal('PUBLIC_URL_INVALID', `${url} is no address of a public listener`, {
        next: 'Give its origin alone: https://updates.example.com:8444.',
        usage: true,
      })
    }
    this.#origin = at.origin
    const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] }
    this.#agent = new https.Agent({ ...trusted, keepAlive: true, maxSockets: 1 })
  }

  async read(path: string, maxBytes: number): Promise<Buffer> {
    const blocks: Buffer[] = []
    for await (const block of await this.#stream(path, maxBytes)) blocks.push(block)
    return Buffer.concat(blocks)
  }

  /** What is named by its digest, from wherever the listener says that it lies. */
  async readInto(
    file: string,
    path: string,
    { sha256, length }: { readonly sha256: string; readonly length: number },
  ): Promise<void> {
    const hash = createHash('sha256')
    const target = await open(file, 'wx', 0o644)
    try {
      for await (const block of await this.#stream(path, length, true)) {
        hash.update(block)
        await target.writeFile(block)
      }
      await target.sync()
    } finally {
      await target.close()
    }
    if (hash.digest('hex') === sha256) return
    throw new Refusal('DIGEST_MISMATCH', `${path} is not what its name says`, {
      next: 'Nothing was put in place. Try again; if it stays so, tell who runs the server.',
    })
  }

  close(): void {
    this.#agent.destroy()
  }

  async #stream(
    path: string,
    maxBytes: number,
    mayLie = false,
  ): Promise<AsyncGenerator<Buffer, void>> {
    const url = new URL(path, this.#origin)
    if (url.origin !== this.#origin) throw unreachable(url, 'it leads elsewhere')
    this.#patience.asked()
    let response = await this.#whenReady(url)
    const { location } = response.headers
    if (mayLie && response.statusCode === 307 && location !== undefined) {
      // Unread, for it may be without end.
      response.destroy()
      // Once: where it leads it lies, or nowhere.
      response = await this.#get(storeAt(location, url))
    }
    if (response.statusCode !== 200) {
      response.destroy()
      throw unreachable(url, `status ${response.statusCode}`)
    }
    return this.#bounded(response, url, maxBytes)
  }

  /** As soon as a listener that is asked too often by this address takes more. */
  async #whenReady(url: URL): Promise<IncomingMessage> {
    for (;;) {
      const response = await this.#get(url)
      const seconds = Number(response.headers['retry-after'])
      const isBusy = response.statusCode === 429 && seconds >= 1 && seconds <= WAIT_MAX_SECONDS
      if (!isBusy) return response
      response.destroy()
      if (this.#patience.leftMs <= seconds * 1000) throw tooSlow(url)
      await sleep(seconds * 1000)
    }
  }

  /** Nothing of whoever asks goes with it: no token, no cookie, no name. */
  #get(url: URL): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const headers = { 'accept-encoding': 'identity' }
    const request = https.get(
      url,
      { agent: this.#agent, headers, timeout: SILENCE_LIMIT_MS },
      resolve,
    )
    const limitMs = Math.min(HEAD_LIMIT_MS, this.#patience.leftMs)
    const timer = setTimeout(() => request.destroy(new Error('it is too slow')), limitMs)
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', (error) => reject(unreachable(url, error.message, error)))
    return promise.finally(() => clearTimeout(timer))
  }

  async *#bounded(
    response: IncomingMessage,
    url: URL,
    maxBytes: number,
  ): AsyncGenerator<Buffer, void> {
    let length = 0
    try {
      for await (const block of response) {
        length += block.length
        this.#patience.came(block.length)
        if (length > maxBytes) throw unreachable(url, `longer than ${maxBytes} bytes`)
        // Between two blocks there is the limit of silence.
        if (this.#patience.leftMs === 0) throw tooSlow(url)
        yield block
      }
    } catch (error) {
      throw error instanceof Refusal ? error : unreachable(url, 'broke off', error)
    }
  }
}

/** Over verified TLS, and without a name or a password in the address: none of ours would be asked for there. */
function storeAt(location: string, from: URL): URL {
  const there = URL.parse(location)
  if (there?.protocol !== 'https:' || there.username !== '' || there.password !== '') {
    throw unreachable(from, 'it leads elsewhere')
  }
  return there
}

function tooSlow(url: URL): Refusal {
  return unreachable(url, 'it is too slow')
}

/** The link to a store may open what it names: its query is told to nobody. */
function unreachable({ origin, pathname }: URL, why: string, cause?: unknown): Refusal {
  return new Refusal('SERVER_UNREACHABLE', `${origin}${pathname} could not be fetched: ${why}`, {
    next: 'Check --public-url: it is the address that the public reaches, usually port 8444; --server-ca names a certificate authority of its own.',
    cause,
  })
}
