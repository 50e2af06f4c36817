/**
 * An object that goes up in parts. It does not exist before {@link S3Upload.complete}; parts of an upload that
 * was never completed nobody can read. S3's limits: parts of 5 MiB or more but for the last, at most 10,000.
 */
import type { S3Connection } from './s3-connection.ts'
import { S3Error } from './s3-error.ts'

const PART_MIN_BYTES = 8 * 1024 * 1024
const PARTS_MAX_COUNT = 10_000
const UPLOAD_ID = /<UploadId>([^<]{1,1024})<\/UploadId>/

export function partBytes(length: number): number {
  return Math.max(PART_MIN_BYTES, Math.ceil(length / PARTS_MAX_COUNT))
}

export class S3Upload {
  readonly #connection: S3Connection
  readonly #key: string
  readonly #id: string
  readonly #tags: string[] = []

  private constructor(connection: S3Connection, key: string, id: string) {
    this.#connection = connection
    this.#key = key
    this.#id = id
  }

  static async begin(connection: S3Connection, key: string): Promise<S3Upload> {
    const { body } = await connection.ask({ method: 'POST', key, query: { uploads: '' } })
    const id = UPLOAD_ID.exec(body)?.[1]
    if (id === undefined) throw new S3Error(200, body)
    return new S3Upload(connection, key, unescaped(id))
  }

  async add(part: Uint8Array): Promise<void> {
    const query = { partNumber: String(this.#tags.length + 1), uploadId: this.#id }
    const { headers } = await this.#connection.ask({
      ...{ method: 'PUT', key: this.#key, query, body: part },
    })
    this.#tags.push(headers.etag ?? '')
  }

  async complete(): Promise<void> {
    const parts = this.#tags.map(
      (tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escaped(tag)}</ETag></Part>`,
    )
    const text = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
    const { body } = await this.#connection.ask({
      ...{ method: 'POST', key: this.#key, query: { uploadId: this.#id } },
      headers: { 'content-type': 'application/xml' },
      body: Buffer.from(text),
    })
    // It may begin with 200 and fail afterwards.
    if (body.includes('<Error>')) throw new S3Error(500, body)
  }

  async abort(): Promise<void> {
    const query = { uploadId: this.#id }
    await this.#connection.ask({ method: 'DELETE', key: this.#key, query, triesMax: 2 })
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
