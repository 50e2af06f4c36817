/**
 * Artifacts in a bucket of an S3-compatible store, named by their digest: `<prefix>ab/cdef…`. An object under such a
 * name is complete and verified: a small one is put after its digest was checked, a large one goes up in
 * parts, which become an object only when they are completed, and that is asked for after the last byte
 * was hashed. A server that is killed in between leaves parts that nobody can see.
 */
import type { Logger } from 'pino'
import type { ArtifactIntake, ExpectedBytes } from '../../artifacts/artifact-intake.ts'
import { DigestCheck } from '../../artifacts/digest-check.ts'
import { HttpError } from '../../http/problem.ts'
import type { StoredArtifact } from '../../ports.ts'
import { forgetOldUploads } from './forget-old-uploads.ts'
import { S3Connection, type S3Settings } from './s3-connection.ts'
import { S3Error, S3Unreachable } from './s3-error.ts'
import { readObject } from './s3-reading.ts'
import { partBytes, S3Upload } from './s3-upload.ts'

const DIGEST = /^[0-9a-f]{64}$/
/** Whoever asks whether something is there may hold a transaction open. */
const FIND_TRIES = 2
/** Lengths of objects that were found; they never change. */
const FOUND_MAX_COUNT = 10_000
const LINK_LIFETIME_SECONDS = 300

export interface S3ArtifactSettings extends S3Settings {
  readonly prefix: string
  /** Whether whoever can follow a link gets one instead of the bytes. */
  readonly presign: boolean
}

export class S3Artifacts implements ArtifactIntake {
  readonly #settings: S3ArtifactSettings
  readonly #connection: S3Connection
  readonly #log: Logger
  readonly #found = new Map<string, number>()

  private constructor(settings: S3ArtifactSettings, connection: S3Connection, log: Logger) {
    this.#settings = settings
    this.#connection = connection
    this.#log = log
  }

  /** A store that is away now is no reason not to start. */
  static async open(
    settings: S3ArtifactSettings,
    { now, log }: { now: () => Date; log: Logger },
  ): Promise<S3Artifacts> {
    const artifacts = new S3Artifacts(settings, await S3Connection.open(settings, now), log)
    try {
      await artifacts.probe()
      await forgetOldUploads(artifacts.#connection, settings.prefix, now())
    } catch (error) {
      log.error({ err: error }, 'the artifact store cannot be used now')
    }
    return artifacts
  }

  /** Rejects when the bucket cannot be read, with what to do. */
  async probe(): Promise<void> {
    const query = { 'list-type': '2', 'max-keys': '1', prefix: this.#settings.prefix }
    await this.#connection.ask({ method: 'GET', key: '', query, triesMax: 1 })
  }

  async find(sha256: string): Promise<StoredArtifact | undefined> {
    if (!DIGEST.test(sha256)) return undefined
    const length = this.#found.get(sha256) ?? (await this.#lengthOf(sha256))
    if (length === undefined) return undefined
    this.#remember(sha256, length)
    const key = this.#keyOf(sha256)
    return {
      length,
      read: async (first, last) => {
        try {
          return await readObject(this.#connection, key, { first, last })
        } catch (error) {
          // Somebody may have removed it behind our back.
          this.#found.delete(sha256)
          throw inTermsOfTheCaller(error)
        }
      },
      ...(this.#settings.presign
        ? { link: () => this.#connection.presign(key, LINK_LIFETIME_SECONDS) }
        : {}),
    }
  }

  async receive(
    body: AsyncIterable<Uint8Array>,
    expected: ExpectedBytes,
    check?: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    if (!DIGEST.test(expected.sha256)) throw new TypeError(`not a digest: ${expected.sha256}`)
    try {
      if ((await this.find(expected.sha256)) !== undefined) return
      const isSmall = check !== undefined || expected.length <= partBytes(expected.length)
      if (isSmall) await this.#putWhole(body, expected, check)
      else await this.#putInParts(body, expected)
      // Asked and not assumed: an answer may have been lost on its way.
      const length = await this.#lengthOf(expected.sha256)
      if (length !== expected.length) throw new S3Error(500, '')
    } catch (error) {
      throw inTermsOfTheCaller(error)
    }
  }

  async stop(): Promise<void> {
    this.#connection.close()
  }

  async #putWhole(
    body: AsyncIterable<Uint8Array>,
    expected: ExpectedBytes,
    check: ((bytes: Uint8Array) => Promise<void>) | undefined,
  ): Promise<void> {
    const digest = new DigestCheck(expected)
    const blocks: Uint8Array[] = []
    for await (const bytes of body) {
      digest.update(bytes)
      blocks.push(bytes)
    }
    digest.finish()
    const whole = Buffer.concat(blocks)
    await check?.(whole)
    // The store checks the digest once more: it stands in the signed headers.
    const key = this.#keyOf(expected.sha256)
    await this.#connection.ask({ method: 'PUT', key, body: whole })
  }

  async #putInParts(body: AsyncIterable<Uint8Array>, expected: ExpectedBytes): Promise<void> {
    const digest = new DigestCheck(expected)
    const key = this.#keyOf(expected.sha256)
    const upload = await S3Upload.begin(this.#connection, key)
    try {
      for await (const part of inParts(body, partBytes(expected.length), digest)) {
        await upload.add(part)
      }
      digest.finish()
      await upload.complete().catch(async (error: unknown) => {
        // It may be complete since a try whose answer was lost: then there is no such upload any more.
        if ((await this.#lengthOf(expected.sha256)) !== expected.length) throw error
      })
    } catch (error) {
      await upload.abort().catch((reason: unknown) => {
        this.#log.warn(
          { err: reason },
          'parts of an upload are left; the bucket’s rules remove them',
        )
      })
      throw error
    }
  }

  async #lengthOf(sha256: string): Promise<number | undefined> {
    try {
      const request = { method: 'HEAD', key: this.#keyOf(sha256), triesMax: FIND_TRIES } as const
      const { headers } = await this.#connection.ask(request)
      return Number(headers['content-length'])
    } catch (error) {
      if (error instanceof S3Error && error.status === 404) return undefined
      throw inTermsOfTheCaller(error)
    }
  }

  #remember(sha256: string, length: number): void {
    if (this.#found.size >= FOUND_MAX_COUNT) this.#found.clear()
    this.#found.set(sha256, length)
  }

  #keyOf(sha256: string): string {
    return `${this.#settings.prefix}${sha256.slice(0, 2)}/${sha256.slice(2)}`
  }
}

/** Parts of exactly `size` bytes, but for the last. */
async function* inParts(
  body: AsyncIterable<Uint8Array>,
  size: number,
  digest: DigestCheck,
): AsyncGenerator<Uint8Array> {
  let part = Buffer.allocUnsafeSlow(size)
  let filled = 0
  for await (const bytes of body) {
    digest.update(bytes)
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(size - filled, bytes.length - at)
      part.set(bytes.subarray(at, at + count), filled)
      filled += count
      at += count
      if (filled < size) continue
      yield part
      part = Buffer.allocUnsafeSlow(size)
      filled = 0
    }
  }
  if (filled > 0) yield part.subarray(0, filled)
}

function inTermsOfTheCaller(error: unknown): unknown {
  if (error instanceof S3Unreachable) {
    return new HttpError(503, 'STORE_UNREACHABLE', error.message, { cause: error })
  }
  if (error instanceof S3Error) {
    return error.isPassing
      ? new HttpError(503, 'STORE_UNREACHABLE', error.message, { cause: error })
      : new HttpError(502, 'STORE_REFUSED', error.message, { cause: error })
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    const message = 'The upload was cut off. Nothing was kept; upload again'
    return new HttpError(400, 'UPLOAD_CUT_OFF', message, { cause: error })
  }
  return error
}
