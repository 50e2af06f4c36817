/** The public listener as anybody reads it: without a token, within limits, over verified TLS. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { rootCertificates } from 'node:tls'
import { Refusal } from '../refusal.ts'

const SILENCE_LIMIT_MS = 30_000

export class PublicListener {
  readonly #origin: string
  readonly #agent: https.Agent

  constructor({ url, ca }: { readonly url: string; readonly ca?: string | undefined }) {
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
    let response = await this.#get(url)
    const { location } = response.headers
    if (mayLie && response.statusCode === 307 && location !== undefined) {
      response.resume()
      const there = URL.parse(location)
      if (there?.protocol !== 'https:') throw unreachable(url, 'it leads elsewhere')
      response = await this.#get(there)
    }
    if (response.statusCode !== 200) {
      response.destroy()
      throw unreachable(url, `status ${response.statusCode}`)
    }
    return bounded(response, url, maxBytes)
  }

  #get(url: URL): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const headers = { 'accept-encoding': 'identity' }
    const request = https.get(
      url,
      { agent: this.#agent, headers, timeout: SILENCE_LIMIT_MS },
      resolve,
    )
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', (error) => reject(unreachable(url, error.message, error)))
    return promise
  }
}

async function* bounded(
  response: IncomingMessage,
  url: URL,
  maxBytes: number,
): AsyncGenerator<Buffer, void> {
  let length = 0
  try {
    for await (const block of response) {
      length += block.length
      if (length > maxBytes) throw unreachable(url, `longer than ${maxBytes} bytes`)
      yield block
    }
  } catch (error) {
    throw error instanceof Refusal ? error : unreachable(url, 'broke off', error)
  }
}

/** The link to a store may open what it names: its query is told to nobody. */
function unreachable({ origin, pathname }: URL, why: string, cause?: unknown): Refusal {
  return new Refusal('SERVER_UNREACHABLE', `${origin}${pathname} could not be fetched: ${why}`, {
    next: 'Check --public-url: it is the address that the public reaches, usually port 8444; --server-ca names a certificate authority of its own.',
    cause,
  })
}
