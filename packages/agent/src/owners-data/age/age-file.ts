/**
 * Files in the age format (https://age-encryption.org/v1), so that an owner can open an export with
 * `age -d` and a tool of their own, without Fleetward. Streams: a file is never whole in memory.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import {
  base64,
  fromBase64,
  hkdf,
  invalid,
  type Opener,
  type Recipient,
  type Stanza,
  unwrap,
  wrap,
} from './stanzas.ts'

const VERSION_LINE = 'age-encryption.org/v1'
const HEADER_MAX_BYTES = 16 * 1024
const STANZAS_MAX_COUNT = 20
const LINE_CHARACTERS = 64
const FILE_KEY_BYTES = 16
const NONCE_BYTES = 16
const TAG_BYTES = 16
const CHUNK_BYTES = 64 * 1024

export async function* encryptAge(
  plaintext: AsyncIterable<Uint8Array>,
  to: Recipient,
): AsyncGenerator<Buffer> {
  const fileKey = randomBytes(FILE_KEY_BYTES)
  const head = `${VERSION_LINE}\n${stanzaText(await wrap(fileKey, to))}---`
  yield Buffer.from(`${head} ${base64(macOf(fileKey, Buffer.from(head)))}\n`)
  const nonce = randomBytes(NONCE_BYTES)
  yield nonce
  const key = hkdf(fileKey, nonce, 'payload')
  let held = Buffer.alloc(0)
  let counter = 0
  for await (const bytes of plaintext) {
    held = Buffer.concat([held, bytes])
    // One byte more than a chunk has to be there: only then this one is not the last.
    while (held.length > CHUNK_BYTES) {
      yield sealChunk(key, counter, false, held.subarray(0, CHUNK_BYTES))
      held = held.subarray(CHUNK_BYTES)
      counter += 1
    }
  }
  yield sealChunk(key, counter, true, held)
}

/** Yields nothing that is not authenticated; one cut off ends with ARCHIVE_INVALID, never quietly. */
export async function* decryptAge(
  ciphertext: AsyncIterable<Uint8Array>,
  by: Opener,
): AsyncGenerator<Buffer> {
  const source = new Source(ciphertext)
  const { stanzas, mac, signed } = await readHeader(source)
  const fileKey = await unwrap(stanzas, by)
  const expected = macOf(fileKey, signed)
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw invalid('header MAC')
  const nonce = await source.take(NONCE_BYTES)
  if (nonce.length !== NONCE_BYTES) throw invalid('cut off')
  const key = hkdf(fileKey, nonce, 'payload')
  for (let counter = 0; ; counter += 1) {
    const sealed = await source.take(CHUNK_BYTES + TAG_BYTES)
    const isLast = await source.isOver()
    const chunk = openChunk(key, counter, isLast, sealed)
    if (chunk === undefined) throw invalid(isLast ? 'cut off or changed' : 'changed')
    // An empty last chunk is a second spelling of the same file, unless the file is empty.
    if (chunk.length === 0 && counter > 0) throw invalid('empty last chunk')
    if (chunk.length > 0) yield chunk
    if (isLast) return
  }
}

function stanzaText({ words, body }: Stanza): string {
  const text = base64(body)
  const lines = text.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g')) ?? []
  // The last line is shorter than the others, empty if need be.
  const end = text.length % LINE_CHARACTERS === 0 ? '\n' : ''
  return `-> ${words.join(' ')}\n${lines.join('\n')}\n${end}`
}

async function readHeader(source: Source) {
  const lines: string[] = []
  const line = async () => {
    const text = await source.line(HEADER_MAX_BYTES)
    lines.push(text)
    if (lines.length > 200) throw invalid('header')
    return text
  }
  if ((await line()) !== VERSION_LINE) throw invalid('not an age file')
  const stanzas: Stanza[] = []
  for (;;) {
    const text = await line()
    if (text.startsWith('--- ')) {
      const mac = fromBase64(text.slice(4))
      if (mac === undefined || stanzas.length === 0) throw invalid('header')
      const signed = Buffer.from(`${lines.slice(0, -1).join('\n')}\n---`)
      return { stanzas, mac, signed }
    }
    if (!/^-> [\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text)) throw invalid('header')
    stanzas.push({ words: text.slice(3).split(' '), body: await readBody(line) })
    if (stanzas.length > STANZAS_MAX_COUNT) throw invalid('header')
  }
}

async function readBody(line: () => Promise<string>): Promise<Buffer> {
  let text = ''
  for (;;) {
    const part = await line()
    if (part.length > LINE_CHARACTERS) throw invalid('header')
    text += part
    if (part.length < LINE_CHARACTERS) break
  }
  const body = fromBase64(text)
  if (body === undefined) throw invalid('header')
  return body
}

function macOf(fileKey: Buffer, head: Buffer): Buffer {
  return createHmac('sha256', hkdf(fileKey, new Uint8Array(), 'header'))
    .update(head)
    .digest()
}

/** STREAM: the number of the chunk and whether it is the last are in the nonce. */
function nonceOf(counter: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(counter), 3)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

function sealChunk(key: Buffer, counter: number, isLast: boolean, chunk: Buffer): Buffer {
  const nonce = nonceOf(counter, isLast)
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES })
  return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()])
}

function openChunk(
  key: Buffer,
  counter: number,
  isLast: boolean,
  sealed: Buffer,
): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined
  const nonce = nonceOf(counter, isLast)
  const cipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()])
  } catch {
    return undefined
  }
}

/** Bytes as they come, asked for as they are needed. */
class Source {
  readonly #blocks: AsyncIterator<Uint8Array>
  #held = Buffer.alloc(0)
  #isOver = false

  constructor(blocks: AsyncIterable<Uint8Array>) {
    this.#blocks = blocks[Symbol.asyncIterator]()
  }

  /** Fewer only at the end. */
  async take(bytes: number): Promise<Buffer> {
    await this.#fill(bytes)
    const taken = this.#held.subarray(0, bytes)
    this.#held = this.#held.subarray(taken.length)
    return taken
  }

  async isOver(): Promise<boolean> {
    await this.#fill(1)
    return this.#held.length === 0
  }

  async line(maxBytes: number): Promise<string> {
    for (let wanted = 1; ; wanted = this.#held.length + 1) {
      await this.#fill(wanted)
      const end = this.#held.indexOf(0x0a)
      if (end > maxBytes || (end === -1 && this.#held.length > maxBytes + CHUNK_BYTES * 4)) {
        throw invalid('header')
      }
      if (end !== -1) {
        const text = this.#held.toString('latin1', 0, end)
        this.#held = this.#held.subarray(end + 1)
        return text
      }
      if (this.#isOver) throw invalid('not an age file')
    }
  }

  async #fill(bytes: number): Promise<void> {
    const blocks: Uint8Array[] = [this.#held]
    let length = this.#held.length
    while (!this.#isOver && length < bytes) {
      const { done, value } = await this.#blocks.next()
      if (done === true) this.#isOver = true
      else {
        blocks.push(value)
        length += value.length
      }
    }
    if (blocks.length > 1) this.#held = Buffer.concat(blocks)
  }
}
