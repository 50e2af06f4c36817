/**
 * Reads the archive of a dossier as somebody may have made it to deceive. Ours have one form: file after file from the
 * first byte to the directory, each name once and the same in both places, no links, no comments. Anything else is
 * refused, because two programs that unpack it might see two dossiers.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import {
  DOSSIER_FILES_MAX_COUNT,
  DOSSIER_MANIFEST_PATH,
  DOSSIER_SIGNATURE_PATH,
  isDossierPath,
} from '@fleetward/shared'
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import { unreadable } from '../named-file.ts'
import { plain } from '../plain.ts'
import { Refusal } from '../refusal.ts'

const ENTRIES_MAX_COUNT = DOSSIER_FILES_MAX_COUNT + 2
const TOTAL_MAX_BYTES = 16 * 1024 ** 3
/** SBOMs are JSON, and JSON packs well; a thousandth is no JSON any more. */
const RATIO_MAX = 1_000
const RATIO_FREE_BYTES = 1024 ** 2

const LOCAL_HEADER_BYTES = 30
const END_BYTES = 22
const DIRECTORY_ENTRY_BYTES = 46
/** Of ZIP64: its end, and what says where that lies. */
const LARGE_END_BYTES = 56
const LARGE_PLACE_BYTES = 20
const ZIP64_FIELD = 1
const HAS_DESCRIPTOR = 1 << 3
const ENCRYPTED = 1
const DEFLATED = 8
const STORED = 0

export interface DossierEntry {
  readonly name: string
  /** Unpacked, as the directory says; what unpacks to another is refused. */
  readonly length: number
  /** Checked against its length and checksum at the end. */
  chunks(): AsyncGenerator<Uint8Array>
}

export async function* dossierEntries(path: string): AsyncGenerator<DossierEntry> {
  const file = await open(path, 'r').catch((cause: unknown) => unreadable(path, cause))
  try {
    const zip = await fromFdPromise(file.fd, { autoClose: false, strictFileNames: true })
    const entries = await entriesOf(zip, file)
    const budget = { bytes: 0 }
    for (const entry of entries) {
      const { fileName: name, uncompressedSize: length } = entry
      yield { name, length, chunks: () => unpacked(zip, entry, budget) }
    }
  } catch (error) {
    throw refusalOf(error)
  } finally {
    await file.close()
  }
}

async function entriesOf(zip: ZipFile, file: FileHandle): Promise<readonly Entry[]> {
  if (zip.comment !== '') throw notOurs('It has a comment')
  if (zip.entryCount > ENTRIES_MAX_COUNT) throw notOurs('It has too many entries')
  const entries: Entry[] = []
  const names = new Set<string>()
  for await (const entry of zip.eachEntry()) {
    // What the end says of the count is what the archive says.
    if (entries.length === ENTRIES_MAX_COUNT) throw notOurs('It has too many entries')
    requirePlain(entry)
    if (names.has(entry.fileName)) throw notOurs(`${entry.fileName} is in it twice`)
    names.add(entry.fileName)
    entries.push(entry)
  }
  const { size } = await file.stat()
  await requireTiled(entries, file, size)
  return entries
}

function requirePlain(entry: Entry): void {
  const { fileName: name, compressionMethod, generalPurposeBitFlag: flags } = entry
  const isKnown = name === DOSSIER_MANIFEST_PATH || name === DOSSIER_SIGNATURE_PATH
  if (!isKnown && !isDossierPath(name)) throw notOurs('A name in it is none of a dossier')
  if ((flags & ENCRYPTED) !== 0) throw notOurs(`${name} is encrypted`)
  if (compressionMethod !== DEFLATED && compressionMethod !== STORED) {
    throw notOurs(`${name} is packed by another method`)
  }
  if (entry.fileComment !== '') throw notOurs(`${name} has a comment`)
  // Readers differ in which of two names they take, and bytes that none of them reads can hold another archive.
  const hasOthers = entry.extraFields.some(({ id }) => id !== ZIP64_FIELD)
  if (hasOthers || entry.fileNameRaw.toString('latin1') !== name) {
    throw notOurs(`${name} has fields that ours have not`)
  }
  // The upper half holds Unix's mode where a Unix made the archive (APPNOTE 4.4.2, 4.4.15).
  const fileKind = (entry.externalFileAttributes >>> 28) & 0o17
  if (fileKind !== 0o10) throw notOurs(`${name} is no plain file`)
}

/** Each begins where the one before it ends, the first at the beginning of the file: nothing lies between or before. */
async function requireTiled(
  entries: readonly Entry[],
  file: FileHandle,
  size: number,
): Promise<void> {
  let due = 0
  for (const entry of entries) {
    const { fileName: name, relativeOffsetOfLocalHeader: start } = entry
    if (start !== due) throw notOurs(`${name} is not where it is due`)
    const header = await bytesAt(file, start, LOCAL_HEADER_BYTES)
    if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== 0x0403_4b50) {
      throw notOurs(`${name} is not where the directory says`)
    }
    const nameLength = header.readUInt16LE(26)
    const extraLength = header.readUInt16LE(28)
    const local = await bytesAt(file, start + LOCAL_HEADER_BYTES, nameLength)
    if (local.toString('utf8') !== name) throw notOurs(`${name} has another name inside`)
    const isSame =
      header.readUInt16LE(6) === entry.generalPurposeBitFlag &&
      header.readUInt16LE(8) === entry.compressionMethod
    if (!isSame) throw notOurs(`${name} is described in two ways`)
    const packed = start + LOCAL_HEADER_BYTES + nameLength + extraLength
    due = packed + entry.compressedSize + (await descriptorBytes(entry, file, packed))
  }
  await requireOneDirectory(entries, file, due, size)
}

/**
 * Readers find the directory by the place that the end names, or by its length back from the end: both must lead to the
 * same one, which begins where the last file ends and leaves nothing before or behind it.
 */
async function requireOneDirectory(
  entries: readonly Entry[],
  file: FileHandle,
  start: number,
  size: number,
): Promise<void> {
  let length = 0
  for (const { fileNameLength, extraFieldLength } of entries) {
    length += DIRECTORY_ENTRY_BYTES + fileNameLength + extraFieldLength
  }
  const from = start + length
  const isLarge = size - from === LARGE_END_BYTES + LARGE_PLACE_BYTES + END_BYTES
  const end = await bytesAt(file, size - END_BYTES, END_BYTES)
  const isEnd =
    (isLarge || size - from === END_BYTES) &&
    end.readUInt32LE(0) === 0x0605_4b50 &&
    end.readUInt32LE(4) === 0
  const isSaid = (said: number | bigint, is: number, unknown: number) =>
    Number(said) === is || (isLarge && said === unknown)
  const isSame =
    isEnd &&
    isSaid(end.readUInt16LE(8), entries.length, 0xffff) &&
    isSaid(end.readUInt16LE(10), entries.length, 0xffff) &&
    isSaid(end.readUInt32LE(12), length, 0xffff_ffff) &&
    isSaid(end.readUInt32LE(16), start, 0xffff_ffff)
  if (isSame && (!isLarge || (await isLargeEnd(file, from, [entries.length, length, start]))))
    return
  throw notOurs('Something lies before, in or behind its directory')
}

/** APPNOTE 4.3.14 and 4.3.15: what stands before the end of an archive that is too large for it. */
async function isLargeEnd(
  file: FileHandle,
  from: number,
  [count, length, start]: readonly [number, number, number],
): Promise<boolean> {
  const end = await bytesAt(file, from, LARGE_END_BYTES + LARGE_PLACE_BYTES)
  return (
    end.readUInt32LE(0) === 0x0606_4b50 &&
    end.readBigUInt64LE(4) === BigInt(LARGE_END_BYTES - 12) &&
    end.readBigUInt64LE(24) === BigInt(count) &&
    end.readBigUInt64LE(32) === BigInt(count) &&
    end.readBigUInt64LE(40) === BigInt(length) &&
    end.readBigUInt64LE(48) === BigInt(start) &&
    end.readUInt32LE(LARGE_END_BYTES) === 0x0706_4b50 &&
    end.readBigUInt64LE(LARGE_END_BYTES + 8) === BigInt(from)
  )
}

/** APPNOTE 4.3.9: what a writer that streams puts behind the bytes; longer in a large one. */
async function descriptorBytes(entry: Entry, file: FileHandle, packed: number): Promise<number> {
  if ((entry.generalPurposeBitFlag & HAS_DESCRIPTOR) === 0) return 0
  const at = packed + entry.compressedSize
  const bytes = await bytesAt(file, at, 24)
  const isSigned = bytes.length >= 16 && bytes.readUInt32LE(0) === 0x0807_4b50
  if (!isSigned || bytes.readUInt32LE(4) !== entry.crc32) {
    throw notOurs(`${entry.fileName} has no end`)
  }
  const isSmall =
    bytes.readUInt32LE(8) === entry.compressedSize &&
    bytes.readUInt32LE(12) === entry.uncompressedSize
  if (isSmall) return 16
  const isLarge =
    bytes.length === 24 &&
    bytes.readBigUInt64LE(8) === BigInt(entry.compressedSize) &&
    bytes.readBigUInt64LE(16) === BigInt(entry.uncompressedSize)
  if (!isLarge) throw notOurs(`${entry.fileName} has another length inside`)
  return 24
}

async function* unpacked(
  zip: ZipFile,
  entry: Entry,
  budget: { bytes: number },
): AsyncGenerator<Uint8Array> {
  const { fileName: name, uncompressedSize, compressedSize } = entry
  if (uncompressedSize > Math.max(RATIO_FREE_BYTES, compressedSize * RATIO_MAX)) {
    throw notOurs(`${name} unpacks to more than ${RATIO_MAX} times its packed size`)
  }
  let length = 0
  let sum = 0
  try {
    // yauzl ends a stream that is longer than its entry says.
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      length += chunk.length
      budget.bytes += chunk.length
      if (budget.bytes > TOTAL_MAX_BYTES) throw notOurs('It unpacks to too much')
      sum = crc32(chunk, sum)
      yield chunk
    }
  } catch (error) {
    throw refusalOf(error)
  }
  if (length !== uncompressedSize || sum !== entry.crc32) {
    throw notOurs(`${name} differs from its length or checksum`)
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (position < 0) return Buffer.alloc(0)
  const bytes = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

/** What yauzl and zlib refuse: a name that climbs, a directory that is none, bytes that do not unpack. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  return notOurs(error instanceof Error ? error.message : 'It cannot be read', error)
}

function notOurs(what: string, cause?: unknown): Refusal {
  return new Refusal(
    'DOSSIER_ZIP_REFUSED',
    `This is no archive of a dossier as one is built. ${plain(what).slice(0, 300)}`,
    {
      next: 'Get it anew with `fleetward dossier get`; keep this one if somebody gave it to you as genuine.',
      cause,
    },
  )
}
