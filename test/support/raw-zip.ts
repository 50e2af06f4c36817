/** Writes a zip field by field, so that it can lie in every one of them (APPNOTE 4.3 and 4.4). */
import { crc32, deflateRawSync } from 'node:zlib'

export interface RawEntry {
  readonly name: string
  readonly bytes: Uint8Array
  /** In the header before the bytes, where it differs. */
  readonly localName?: string
  readonly isPacked?: boolean
  readonly flags?: number
  readonly method?: number
  /** Unix mode. */
  readonly mode?: number
  /** What is said of it. */
  readonly length?: number
  readonly sum?: number
  /** Bytes between it and what comes before it. */
  readonly gap?: Uint8Array
  /** Points to the bytes of the entry before it. */
  readonly sharesBytes?: boolean
  /** What the entry's own header says lies between its name and its bytes; the directory is silent. */
  readonly ownExtra?: number
  readonly comment?: string
}

export interface RawZip {
  readonly before?: Uint8Array
  readonly after?: Uint8Array
  readonly comment?: string
}

const PLAIN_FILE = 0o100_644

export function rawZip(entries: readonly RawEntry[], more: RawZip = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  const put = (bytes: Uint8Array) => {
    parts.push(Buffer.from(bytes))
    at += bytes.length
  }
  if (more.before !== undefined) put(more.before)
  let start = at
  for (const entry of entries) {
    if (entry.gap !== undefined) put(entry.gap)
    const { name, bytes, localName = name, isPacked = false, flags = 0x800 } = entry
    const packed = isPacked ? deflateRawSync(bytes) : Buffer.from(bytes)
    const { method = isPacked ? 8 : 0, sum = crc32(bytes), length = bytes.length } = entry
    if (entry.sharesBytes !== true) {
      start = at
      const local = Buffer.alloc(30)
      local.writeUInt32LE(0x0403_4b50, 0)
      local.writeUInt16LE(20, 4)
      local.writeUInt16LE(flags, 6)
      local.writeUInt16LE(method, 8)
      local.writeUInt32LE(sum, 14)
      local.writeUInt32LE(packed.length, 18)
      local.writeUInt32LE(length, 22)
      local.writeUInt16LE(Buffer.byteLength(localName), 26)
      local.writeUInt16LE(entry.ownExtra ?? 0, 28)
      put(Buffer.concat([local, Buffer.from(localName)]))
      put(packed)
    }
    const comment = Buffer.from(entry.comment ?? '')
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x0201_4b50, 0)
    central.writeUInt16LE((3 << 8) | 63, 4)
    central.writeUInt16LE(20, 6)
    central.writeUInt16LE(flags, 8)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(sum, 16)
    central.writeUInt32LE(packed.length, 20)
    central.writeUInt32LE(length, 24)
    central.writeUInt16LE(Buffer.byteLength(name), 28)
    central.writeUInt16LE(comment.length, 32)
    central.writeUInt32LE(((entry.mode ?? PLAIN_FILE) << 16) >>> 0, 38)
    central.writeUInt32LE(start, 42)
    directory.push(Buffer.concat([central, Buffer.from(name), comment]))
  }
  const listed = Buffer.concat(directory)
  const comment = Buffer.from(more.comment ?? '')
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x0605_4b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(at, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, listed, end, comment, more.after ?? Buffer.alloc(0)])
}
