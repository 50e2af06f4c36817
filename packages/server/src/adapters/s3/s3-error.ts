/**
 * What an S3-compatible store answers when it refuses, in words for the one who can mend it. Its XML is not parsed: one
 * element is looked for, in a bounded text, and nothing else is believed.
 */

const CODE = /<Code>([A-Za-z0-9.]{1,64})<\/Code>/

/** Not now: these may go better a moment later. */
const PASSING_STATUSES = [408, 429, 500, 502, 503, 504]
const PASSING_CODES = ['SlowDown', 'RequestTimeout', 'InternalError', 'ServiceUnavailable']

const NEXT_STEPS: Readonly<Record<string, string>> = {
  NoSuchBucket: 'There is no such bucket: create it, or correct artifacts.bucket',
  InvalidAccessKeyId: 'The store does not know this access key: correct artifacts.accessKeyIdFile',
  SignatureDoesNotMatch:
    'The secret key does not belong to the access key: correct artifacts.secretAccessKeyFile (or artifacts.region)',
  AccessDenied:
    'The access key may not do this: it needs GetObject, PutObject, ListBucket, AbortMultipartUpload and ListBucketMultipartUploads below artifacts.prefix',
  AuthorizationHeaderMalformed: 'The bucket is in another region: correct artifacts.region',
  PermanentRedirect:
    'The bucket is in another region: correct artifacts.region and artifacts.endpoint',
  RequestTimeTooSkewed: 'The clocks of this server and of the store differ: set them by NTP',
  QuotaExceeded: 'The store is full: make room or raise its quota',
}

/** HEAD is answered without a body, so without a code. */
const NEXT_STEPS_WITHOUT_CODE: Readonly<Record<number, string>> = {
  403: 'The keys are wrong or have not the rights: look at artifacts.accessKeyIdFile and artifacts.secretAccessKeyFile',
  404: 'There is no such bucket or object: look at artifacts.bucket',
}

export class S3Error extends Error {
  override readonly name = 'S3Error'
  readonly status: number
  /** The store's own; `''` where it said none. */
  readonly code: string

  constructor(status: number, body: string) {
    const code = CODE.exec(body)?.[1] ?? ''
    const said = code === '' ? `status ${status}` : `${code} (${status})`
    const next =
      NEXT_STEPS[code] ?? NEXT_STEPS_WITHOUT_CODE[status] ?? 'Look into the log of the store'
    super(`The artifact store refused: ${said}. ${next}.`)
    this.status = status
    this.code = code
  }

  get isPassing(): boolean {
    return PASSING_STATUSES.includes(this.status) || PASSING_CODES.includes(this.code)
  }
}

/** No answer, or one that was cut off. */
export class S3Unreachable extends Error {
  override readonly name = 'S3Unreachable'

  constructor(host: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    super(
      `The artifact store at ${host} cannot be reached (${code}). Try it from this machine, and look at artifacts.endpoint.`,
      { cause },
    )
  }
}
