/**
 * AWS Signature Version 4 for S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and
 * sigv4-query-string-auth.html), as every S3-compatible store checks it. Pure.
 */
import { createHash, createHmac } from 'node:crypto'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface ToSign {
  readonly method: string
  readonly host: string
  /** Decoded, beginning with `/`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly region: string
  readonly credentials: Credentials
  readonly now: Date
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
export const EMPTY_SHA256 = createHash('sha256').update('').digest('hex')

/** The headers that a request needs besides its own. `payloadSha256`: of the body, lower-case hex. */
export function signedHeaders(
  request: ToSign & {
    readonly headers?: Readonly<Record<string, string>>
    readonly payloadSha256: string
  },
): Record<string, string> {
  const time = amzTime(request.now)
  const headers = {
    ...request.headers,
    host: request.host,
    'x-amz-content-sha256': request.payloadSha256,
    'x-amz-date': time,
  }
  const names = Object.keys(headers).sort()
  const scope = scopeOf(request, time)
  const canonical = [
    request.method,
    encodePath(request.path),
    encodeQuery(request.query ?? {}),
    ...Object.entries(headers)
      .sort(byName)
      .map(([name, value]) => `${name}:${value.trim()}`),
    '',
    names.join(';'),
    request.payloadSha256,
  ].join('\n')
  const signature = signatureOf(request, time, scope, canonical)
  const authorization = `${ALGORITHM} Credential=${request.credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return {
    'x-amz-content-sha256': request.payloadSha256,
    'x-amz-date': time,
    authorization,
  }
}

/** Path and query of a URL that anybody may use until it expires. */
export function presigned(request: ToSign & { readonly lifetimeSeconds: number }): string {
  const time = amzTime(request.now)
  const scope = scopeOf(request, time)
  const query = {
    ...request.query,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${request.credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(request.lifetimeSeconds),
    'X-Amz-SignedHeaders': 'host',
  }
  const canonical = [
    request.method,
    encodePath(request.path),
    encodeQuery(query),
    `host:${request.host}`,
    '',
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n')
  const signature = signatureOf(request, time, scope, canonical)
  return `${encodePath(request.path)}?${encodeQuery(query)}&X-Amz-Signature=${signature}`
}

export function encodePath(path: string): string {
  return path.split('/').map(encode).join('/')
}

export function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(byName)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** RFC 3986: what encodeURIComponent leaves, the signature does not. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function byName(
  [a]: readonly [string, ...unknown[]],
  [b]: readonly [string, ...unknown[]],
): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** `20130524T000000Z` */
function amzTime(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d{3}/g, '')
}

function scopeOf({ region }: ToSign, time: string): string {
  return `${time.slice(0, 8)}/${region}/s3/aws4_request`
}

function signatureOf(
  { credentials, region }: ToSign,
  time: string,
  scope: string,
  canonical: string,
): string {
  const text = [ALGORITHM, time, scope, sha256(canonical)].join('\n')
  const key = ['s3', 'aws4_request'].reduce(
    (before, part) => hmac(before, part),
    hmac(hmac(`AWS4${credentials.secretAccessKey}`, time.slice(0, 8)), region),
  )
  return hmac(key, text).toString('hex')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
