/**
 * The archive around a backup: POSIX ustar, regular files alone, so that `tar -tvf` shows what is in it. Files above
 * 8 GiB have their length in base 256, as GNU tar and BSD tar read it.
 */
const BLOCK_BYTES = 512
const OCTAL_MAX_BYTES = 8 ** 11 - 1
/** Nothing else is ever in a backup, and nothing of it is used as a path. */
const NAME = /^(manifest\.json|tables\/[a-z0-9_]{1,63}\/\d{6}\.jsonl\.gz|artifacts\/[0-9a-f]{64})$/

export class ArchiveDamagedError extends Error {
  override readonly name = 'ArchiveDamagedError'
}

export interface TarEntry {
  readonly name: string
  readonly length: number
}

export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK_BYTES)

export function headerOf({ name, length }: TarEntry, modifiedAt: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES)
  header.write(name, 0, 100, 'latin1')
  header.write('0000600\0', 100, 'latin1')
  header.write('0000000\0', 108, 'latin1')
  header.write('0000000\0', 116, 'latin1')
  writeLength(header, length)
  header.write(`${modifiedAt.toString(8).padStart(11, '0')}\0`, 136, 'latin1')
  header.write('0', 156, 'latin1')
  header.write('ustar\0', 257, 'latin1')
  header.write('00', 263, 'latin1')
  header.write(`${checksumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

export function paddingOf(length: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (length % BLOCK_BYTES)) % BLOCK_BYTES)
}

/** Undefined at the end of the archive. */
export function parseHeader(header: Buffer): TarEntry | undefined {
  if (header.every((byte) => byte === 0)) return undefined
  const name = textAt(header, 0, 100)
  const checksum = Number.parseInt(textAt(header, 148, 8), 8)
  const isOurs =
    textAt(header, 257, 6) === 'ustar' && textAt(header, 156, 1) === '0' && NAME.test(name)
  if (!isOurs || checksum !== checksumOf(header)) {
    throw new ArchiveDamagedError('This is no backup of Fleetward, or it is damaged.')
  }
  return { name, length: readLength(header) }
}

function writeLength(header: Buffer, length: number): void {
  if (length <= OCTAL_MAX_BYTES) {
    header.write(`${length.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
    return
  }
  header.writeUInt8(0x80, 124)
  header.writeBigUInt64BE(BigInt(length), 128)
}

function readLength(header: Buffer): number {
  const length =
    header.readUInt8(124) === 0x80
      ? Number(header.readBigUInt64BE(128))
      : Number.parseInt(textAt(header, 124, 12), 8)
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new ArchiveDamagedError('A length in the backup is damaged.')
  }
  return length
}

/** With its own field as spaces. */
function checksumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
}

function textAt(header: Buffer, from: number, length: number): string {
  const text = header.toString('latin1', from, from + length)
  const end = text.indexOf('\0')
  return (end === -1 ? text : text.slice(0, end)).trim()
}
