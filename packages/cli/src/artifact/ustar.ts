/**
 * The 512-byte headers of a POSIX ustar archive (pax format of IEEE Std 1003.1, "ustar Interchange
 * Format"), as far as a slot artifact uses them (protocol §4.4): regular files, mode 0644 or 0755,
 * owner and times zero. Written so that the same files always give the same bytes, and read so that
 * anything else is refused.
 */
import { TrustError } from '@fleetward/shared'

export const BLOCK_BYTES = 512

/** What ends an archive: two blocks of zeros. */
export const END_OF_ARCHIVE = new Uint8Array(2 * BLOCK_BYTES)

export interface UstarEntry {
  readonly path: string
  readonly length: number
  readonly executable: boolean
}

/** Zeros between the end of a file and the next block. */
export const paddingAfter = (length: number): number =>
  (BLOCK_BYTES - (length % BLOCK_BYTES)) % BLOCK_BYTES

// Offset and length of each field, in bytes.
const NAME = [0, 100] as const
const MODE = [100, 8] as const
const UID = [108, 8] as const
const GID = [116, 8] as const
const SIZE = [124, 12] as const
const MTIME = [136, 12] as const
const CHECKSUM = [148, 8] as const
const TYPE = [156, 1] as const
const MAGIC = [257, 8] as const
const PREFIX = [345, 155] as const

const REGULAR_FILE = '0'
const USTAR_MAGIC = 'ustar\x0000'
/** Eleven octal digits. Larger files would need the pax extension, which a slot does not allow. */
const SIZE_MAX_BYTES = 8 ** 11 - 1

type Field = readonly [offset: number, length: number]

export function encodeHeader(entry: UstarEntry): Uint8Array {
  if (entry.length > SIZE_MAX_BYTES) {
    throw new TrustError('LENGTH_EXCEEDED', { path: entry.path, max: SIZE_MAX_BYTES })
  }
  const { name, prefix } = splitPath(entry.path)
  const header = new Uint8Array(BLOCK_BYTES)
  putText(header, NAME, name)
  putOctal(header, MODE, entry.executable ? 0o755 : 0o644)
  putOctal(header, UID, 0)
  putOctal(header, GID, 0)
  putOctal(header, SIZE, entry.length)
  putOctal(header, MTIME, 0)
  putText(header, TYPE, REGULAR_FILE)
  putText(header, MAGIC, USTAR_MAGIC)
  putText(header, PREFIX, prefix)
  putText(header, CHECKSUM, `${octal(checksumOf(header), 6)}\x00 `)
  return header
}

/** Reads a header; undefined for the block of zeros that ends the archive. */
export function parseHeader(header: Uint8Array): UstarEntry | undefined {
  if (header.every((byte) => byte === 0)) return undefined
  const name = text(header, NAME)
  const prefix = text(header, PREFIX)
  const path = prefix === '' ? name : `${prefix}/${name}`
  const mode = number(header, MODE)
  const entry = { path, length: number(header, SIZE), executable: mode === 0o755 }
  if (number(header, CHECKSUM) !== checksumOf(header)) {
    throw new TrustError('ARTIFACT_INVALID', { reason: 'a header checksum is wrong', path })
  }
  // A link, a device, a set-user-id bit, an owner or a time would all show here: one spelling only.
  const canonical = encodeHeader(entry)
  if (!header.every((byte, index) => byte === canonical[index])) {
    throw new TrustError('ARTIFACT_ENTRY_FORBIDDEN', { path })
  }
  return entry
}

/** ustar keeps 100 bytes of name and, before a `/`, 155 of prefix. */
function splitPath(path: string): { name: string; prefix: string } {
  if (path.length <= NAME[1]) return { name: path, prefix: '' }
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const name = path.slice(at + 1)
    if (at <= PREFIX[1] && name.length <= NAME[1]) return { name, prefix: path.slice(0, at) }
  }
  throw new TrustError('ARTIFACT_ENTRY_FORBIDDEN', {
    path,
    reason: 'the path does not fit into a ustar header: 100 bytes after a slash, 155 before it',
  })
}

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')

function putText(header: Uint8Array, [offset, length]: Field, value: string): void {
  for (let i = 0; i < value.length && i < length; i += 1) header[offset + i] = value.charCodeAt(i)
}

function putOctal(header: Uint8Array, field: Field, value: number): void {
  putText(header, field, octal(value, field[1] - 1))
}

function text(header: Uint8Array, [offset, length]: Field): string {
  const bytes = header.subarray(offset, offset + length)
  const end = bytes.indexOf(0)
  return String.fromCharCode(...(end === -1 ? bytes : bytes.subarray(0, end)))
}

function number(header: Uint8Array, field: Field): number {
  const digits = text(header, field).trim()
  if (!/^[0-7]{1,11}$/.test(digits)) {
    throw new TrustError('ARTIFACT_INVALID', { reason: 'a header field is no octal number' })
  }
  return Number.parseInt(digits, 8)
}

/** The checksum field itself counts as eight spaces. */
function checksumOf(header: Uint8Array): number {
  const [offset, length] = CHECKSUM
  return header.reduce(
    (sum, byte, index) => sum + (index >= offset && index < offset + length ? 0x20 : byte),
    0,
  )
}
