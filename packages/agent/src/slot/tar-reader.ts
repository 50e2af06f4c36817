/**
 * Reads a slot artifact's archive (protocol §4.4): POSIX ustar (IEEE Std 1003.1, "ustar Interchange
 * Format"), regular files only, one spelling per header. Everything else a tar can hold — links,
 * devices, folders, pax and GNU extensions, owners, times, set-user-id bits — is refused, because
 * each of them has let somebody's files out of somebody's folder. Knows no file system.
 */
import { isSlotPath, TrustError } from '@fleetward/shared'

const BLOCK_BYTES = 512
/** Two blocks of zeros, then nothing. */
const END_BLOCKS = 2

export interface TarEntry {
  readonly path: string
  readonly length: number
  readonly executable: boolean
}

/** What comes out of the archive, in its order; `data` is a view of the block that was read. */
export type TarPart =
  | { readonly kind: 'entry'; readonly entry: TarEntry }
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'entryEnd' }

type Expecting = 'header' | 'data' | 'padding' | 'end'

export class TarReader {
  #expecting: Expecting = 'header'
  /** Bytes of the header block seen so far: blocks of the stream do not end where the tar's do. */
  readonly #block = Buffer.alloc(BLOCK_BYTES)
  #blockLength = 0
  #left = 0
  #padding = 0
  #zeroBlocks = 0

  /** The stream is over; so must the archive be. */
  end(): void {
    if (this.#expecting !== 'end') throw invalid('the archive is cut off')
  }

  /** The parts that are complete after these bytes. Throws ARTIFACT_INVALID or ENTRY_FORBIDDEN. */
  *read(bytes: Buffer): Generator<TarPart, void, void> {
    let at = 0
    while (at < bytes.length) {
      switch (this.#expecting) {
        case 'header': {
          const part = bytes.subarray(at, at + BLOCK_BYTES - this.#blockLength)
          part.copy(this.#block, this.#blockLength)
          this.#blockLength += part.length
          at += part.length
          if (this.#blockLength === BLOCK_BYTES) {
            this.#blockLength = 0
            yield* this.#header()
          }
          break
        }
        case 'data': {
          const part = bytes.subarray(at, at + this.#left)
          at += part.length
          this.#left -= part.length
          yield { kind: 'data', bytes: part }
          if (this.#left === 0) yield this.#endEntry()
          break
        }
        case 'padding': {
          const part = bytes.subarray(at, at + this.#padding)
          if (!isZero(part)) throw invalid('padding is not zero')
          at += part.length
          this.#padding -= part.length
          if (this.#padding === 0) this.#expecting = 'header'
          break
        }
        case 'end':
          throw invalid('data after the end of the archive')
      }
    }
  }

  *#header(): Generator<TarPart, void, void> {
    if (isZero(this.#block)) {
      this.#zeroBlocks += 1
      if (this.#zeroBlocks === END_BLOCKS) this.#expecting = 'end'
      return
    }
    if (this.#zeroBlocks > 0) throw invalid('a block of zeros inside the archive')
    const entry = parseHeader(this.#block)
    this.#left = entry.length
    this.#padding = (BLOCK_BYTES - (entry.length % BLOCK_BYTES)) % BLOCK_BYTES
    yield { kind: 'entry', entry }
    if (entry.length === 0) yield this.#endEntry()
    else this.#expecting = 'data'
  }

  #endEntry(): TarPart {
    this.#expecting = this.#padding > 0 ? 'padding' : 'header'
    return { kind: 'entryEnd' }
  }
}

/** Offset and length of each field, in bytes; together they are the whole block. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  userId: [108, 8],
  groupId: [116, 8],
  size: [124, 12],
  time: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  userName: [265, 32],
  groupName: [297, 32],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
  rest: [500, 12],
} as const

type Field = keyof typeof FIELDS

function parseHeader(block: Buffer): TarEntry {
  if (octal(block, 'checksum') !== checksumOf(block)) throw invalid('a header checksum is wrong')
  // The version behind the magic is what tells ustar from GNU's own format.
  if (field(block, 'magic').toString('latin1') !== 'ustar\x0000') throw invalid('not ustar')

  const prefix = text(block, 'prefix')
  const name = text(block, 'name')
  const path = prefix === '' ? name : `${prefix}/${name}`
  // Absolute, `..`, empty segments, backslashes, control and other characters: protocol §4.4.
  if (!isSlotPath(path)) throw forbidden(path, 'name')

  // A regular file is '0'; NUL, the old spelling, is not ours.
  if (field(block, 'type').toString('latin1') !== '0') throw forbidden(path, 'type')
  const mode = octal(block, 'mode')
  if (mode !== 0o644 && mode !== 0o755) throw forbidden(path, 'mode')
  for (const name of ['userId', 'groupId', 'time'] as const) {
    if (octal(block, name) !== 0) throw forbidden(path, name)
  }
  for (const name of [
    'linkName',
    'userName',
    'groupName',
    'deviceMajor',
    'deviceMinor',
    'rest',
  ] as const) {
    if (!isZero(field(block, name))) throw forbidden(path, name)
  }
  return { path, length: octal(block, 'size'), executable: mode === 0o755 }
}

function field(block: Buffer, name: Field): Buffer {
  const [offset, length] = FIELDS[name]
  return block.subarray(offset, offset + length)
}

/** Text up to the field's end or a NUL, behind which nothing may hide. */
function text(block: Buffer, name: 'name' | 'prefix'): string {
  const bytes = field(block, name)
  const end = bytes.indexOf(0)
  if (end === -1) return bytes.toString('latin1')
  if (!isZero(bytes.subarray(end))) throw invalid(`bytes behind the end of ${name}`)
  return bytes.subarray(0, end).toString('latin1')
}

/** Octal digits to the end of the field and a NUL; the checksum's NUL is followed by a space. */
function octal(block: Buffer, name: Field): number {
  const digits = /^([0-7]{6,11})\0 ?$/.exec(field(block, name).toString('latin1'))?.[1]
  // No base-256 sizes (GNU), no signs, no blanks: a number has one reading.
  if (digits === undefined) throw invalid(`${name} is not a number`)
  return Number.parseInt(digits, 8)
}

/** The sum of all bytes of the header, its own field counted as spaces. */
function checksumOf(block: Buffer): number {
  const [offset, length] = FIELDS.checksum
  let sum = length * 0x20
  for (let i = 0; i < BLOCK_BYTES; i += 1) {
    if (i < offset || i >= offset + length) sum += block[i] ?? 0
  }
  return sum
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}

function invalid(reason: string): TrustError {
  return new TrustError('ARTIFACT_INVALID', { reason })
}

function forbidden(path: string, what: string): TrustError {
  return new TrustError('ARTIFACT_ENTRY_FORBIDDEN', { path: path.slice(0, 200), what })
}
