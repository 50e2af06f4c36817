/** Reads an archive from its beginning, entry by entry. The file may be anybody's until its digests are compared. */
import { type FileHandle, open } from 'node:fs/promises'
import { ArchiveDamagedError, paddingOf, parseHeader, type TarEntry } from './tar.ts'

const PART_BYTES = 256 * 1024
const HEADER_BYTES = 512

export interface ReadEntry extends TarEntry {
  /** To be read to its end, or not at all, before the next entry is asked for. */
  parts(): AsyncGenerator<Buffer>
}

export async function* entriesIn(path: string): AsyncGenerator<ReadEntry> {
  const file = await open(path, 'r')
  try {
    let at = 0
    for (;;) {
      const entry = parseHeader(await readExactly(file, at, HEADER_BYTES))
      if (entry === undefined) return
      const start = at + HEADER_BYTES
      yield { ...entry, parts: () => partsOf(file, start, entry.length) }
      at = start + entry.length + paddingOf(entry.length).length
    }
  } finally {
    await file.close()
  }
}

/** In whole; refused when it is longer than it may be. */
export async function bytesOf(entry: ReadEntry, maxBytes: number): Promise<Buffer> {
  if (entry.length > maxBytes) throw new ArchiveDamagedError(`${entry.name} is too long.`)
  const parts: Buffer[] = []
  for await (const part of entry.parts()) parts.push(part)
  return Buffer.concat(parts)
}

async function* partsOf(file: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; at += PART_BYTES) {
    yield await readExactly(file, start + at, Math.min(PART_BYTES, length - at))
  }
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(buffer, at, length - at, position + at)
    if (bytesRead === 0) throw new ArchiveDamagedError('The backup ends too early.')
    at += bytesRead
  }
  return buffer
}
