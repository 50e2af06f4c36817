/** The list of a public site (`/site.json`), believed no further than its form: it decides what is written where. Pure. */
import { Refusal } from '../refusal.ts'

export const SITE_LIST_MAX_BYTES = 64 * 1024 ** 2
/** Some ten thousand advisories, each a page in three languages and a document with its hashes and signature. */
const FILES_MAX_COUNT = 100_000
/** Of the protocol. */
const ARTIFACT_MAX_BYTES = 16 * 1024 ** 3
const FORMAT = 'fleetward-site/1'

/** Between slashes: no way out of the folder, and no name that a disk takes for another. */
const SEGMENT = /^[A-Za-z0-9._@+-]{1,255}$/
const DOTS = /^\.+$/
const SEGMENTS_MAX_COUNT = 16
const FILE_MAX_CHARACTERS = 1024
const PATH = /^\/[!-~]{0,2047}$/

export interface SiteFile {
  readonly path: string
  readonly file: string
  readonly artifact: { readonly sha256: string; readonly length: number } | undefined
}

export interface SiteList {
  /** Changes with whatever the site is made of. */
  readonly state: string
  /** The origin that its own documents name. */
  readonly publicUrl: string
  readonly files: readonly SiteFile[]
}

export function parseSiteList(bytes: Uint8Array): SiteList {
  const list = objectIn(bytes)
  const { format, state, publicUrl, files } = list
  if (format !== FORMAT) throw invalid('it has another format; this program may be older')
  if (typeof state !== 'string' || !/^[0-9a-f]{64}$/.test(state)) throw invalid('it has no state')
  if (typeof publicUrl !== 'string' || URL.parse(publicUrl) === null) {
    throw invalid('it names no address')
  }
  if (!Array.isArray(files) || files.length === 0 || files.length > FILES_MAX_COUNT) {
    throw invalid(`it names no files, or more than ${FILES_MAX_COUNT}`)
  }
  const parsed = files.map(siteFile)
  // Some disks know no small and capital letters apart.
  const names = new Set(parsed.map(({ file }) => file.toLowerCase()))
  if (names.size < parsed.length) throw invalid('it names a file twice')
  if (!names.has('index.html')) throw invalid('it has no index.html')
  return { state, publicUrl, files: parsed }
}

function siteFile(value: unknown): SiteFile {
  const { path, file, sha256, length } = (value ?? {}) as Record<string, unknown>
  if (
    typeof file !== 'string' ||
    !isInFolder(file) ||
    typeof path !== 'string' ||
    !PATH.test(path) ||
    path.startsWith('//')
  ) {
    throw invalid(`it names ${JSON.stringify(file ?? path ?? null).slice(0, 200)}`)
  }
  if (sha256 === undefined) return { path, file, artifact: undefined }
  const isDigest = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
  const isLength = typeof length === 'number' && Number.isSafeInteger(length) && length >= 0
  if (!isDigest || !isLength || length > ARTIFACT_MAX_BYTES) throw invalid(`${file} has no digest`)
  return { path, file, artifact: { sha256, length } }
}

function isInFolder(file: string): boolean {
  const segments = file.split('/')
  return (
    file.length <= FILE_MAX_CHARACTERS &&
    segments.length <= SEGMENTS_MAX_COUNT &&
    segments.every((segment) => SEGMENT.test(segment) && !DOTS.test(segment))
  )
}

function objectIn(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw invalid('it is no JSON')
}

function invalid(why: string): Refusal {
  return new Refusal('SITE_LIST_INVALID', `The server’s list of its site is of no use: ${why}`, {
    next: 'Check that --public-url is the public listener of a Fleetward server, and that this program is as new.',
  })
}
