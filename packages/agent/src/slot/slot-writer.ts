/**
 * Unpacks an artifact into an empty folder (protocol §4.4). The listing comes first and is the closed
 * world: the entries that follow must be its files, all of them, in its order, with its lengths and
 * digests. So nothing can be unlisted, missing or double, and how much may come out of the
 * decompressor is known before it does.
 */
import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { onDisk } from '@fleetward/platform'
import {
  ARTIFACT_LISTING_MAX_BYTES,
  type ListedFile,
  parseSlotListing,
  SLOT_LISTING_NAME,
  type SlotListing,
  TrustError,
} from '@fleetward/shared'
import { type TarEntry, TarReader } from './tar-reader.ts'

export interface WrittenSlot {
  readonly listing: SlotListing
  readonly listingSha256: string
}

interface OpenEntry extends ListedFile {
  readonly file: FileHandle
  readonly hash: Hash
  written: number
}

export class SlotWriter {
  readonly #folder: string
  readonly #accept: (listing: SlotListing) => Promise<void>
  readonly #folders = new Set<string>()
  #listing: SlotListing | undefined
  #listingBytes: Buffer[] | undefined
  #listingSha256 = ''
  #nextFile = 0
  #open: OpenEntry | undefined

  /** `accept` sees the listing before any of its files is written, and throws to refuse it. */
  constructor(folder: string, accept: (listing: SlotListing) => Promise<void>) {
    this.#folder = folder
    this.#accept = accept
  }

  async write(archive: AsyncIterable<Buffer>): Promise<void> {
    const tar = new TarReader()
    try {
      for await (const bytes of archive) {
        for (const part of tar.read(bytes)) {
          if (part.kind === 'entry') await this.#begin(part.entry)
          else if (part.kind === 'data') await this.#append(part.bytes)
          else await this.#complete()
        }
      }
      tar.end()
    } finally {
      await this.#open?.file.close()
    }
  }

  /** Once {@link write} has resolved; throws when a listed file has not come. */
  finish(): WrittenSlot {
    const listing = this.#listing
    if (listing === undefined) throw missing(SLOT_LISTING_NAME)
    const next = listing.files[this.#nextFile]
    if (next !== undefined) throw missing(next.path)
    return { listing, listingSha256: this.#listingSha256 }
  }

  async #begin(entry: TarEntry): Promise<void> {
    if (this.#listing === undefined) {
      if (entry.path !== SLOT_LISTING_NAME) throw missing(SLOT_LISTING_NAME)
      if (entry.length > ARTIFACT_LISTING_MAX_BYTES) {
        throw new TrustError('LENGTH_EXCEEDED', {
          path: entry.path,
          limit: ARTIFACT_LISTING_MAX_BYTES,
        })
      }
      this.#listingBytes = []
      return
    }
    const listed = this.#listing.files[this.#nextFile]
    if (listed?.path !== entry.path) throw notInTurn(entry.path, listed?.path, this.#listing)
    if (listed.length !== entry.length || listed.executable !== entry.executable) {
      throw new TrustError('LENGTH_MISMATCH', {
        path: entry.path,
        expected: listed.length,
        seen: entry.length,
      })
    }
    const file = await this.#create(listed)
    this.#open = { ...listed, file, hash: createHash('sha256'), written: 0 }
  }

  async #append(bytes: Buffer): Promise<void> {
    if (this.#listingBytes !== undefined) {
      this.#listingBytes.push(Buffer.from(bytes))
      return
    }
    const entry = this.#open as OpenEntry
    entry.hash.update(bytes)
    entry.written += await writeFully(entry, bytes, entry.written)
  }

  async #complete(): Promise<void> {
    if (this.#listingBytes !== undefined)
      return this.#takeListing(Buffer.concat(this.#listingBytes))
    const entry = this.#open as OpenEntry
    const seen = entry.hash.digest('hex')
    if (seen !== entry.sha256) {
      throw new TrustError('DIGEST_MISMATCH', { path: entry.path, expected: entry.sha256, seen })
    }
    this.#open = undefined
    await onDisk(entry.path, () => entry.file.close())
    this.#nextFile += 1
  }

  async #takeListing(bytes: Buffer): Promise<void> {
    this.#listingBytes = undefined
    const listing = parseSlotListing(bytes)
    await this.#accept(listing)
    const file = await this.#create({ path: SLOT_LISTING_NAME, executable: false })
    try {
      await writeFully({ file, path: SLOT_LISTING_NAME }, bytes, 0)
    } finally {
      await file.close()
    }
    this.#listingSha256 = createHash('sha256').update(bytes).digest('hex')
    this.#listing = listing
  }

  async #create({
    path,
    executable,
  }: Pick<ListedFile, 'path' | 'executable'>): Promise<FileHandle> {
    await this.#makeFolders(path)
    // The folder is ours and was empty, so a file or link that is there already is an attack.
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    return onDisk(path, async () => {
      const file = await open(join(this.#folder, path), flags, 0o600)
      await file.chmod(executable ? 0o755 : 0o644)
      return file
    })
  }

  async #makeFolders(path: string): Promise<void> {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end)
      if (this.#folders.has(folder)) continue
      // Not recursive: a folder we did not make ourselves makes this fail.
      await onDisk(folder, () => mkdir(join(this.#folder, folder), 0o755))
      this.#folders.add(folder)
    }
  }
}

/** Every folder of a listing, the deepest first, the slot itself (`.`) last. */
export function foldersOf(listing: SlotListing): string[] {
  const folders = new Set<string>()
  for (const { path } of listing.files) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder)
  }
  return [...[...folders].sort().reverse(), '.']
}

async function writeFully(
  { file, path }: Pick<OpenEntry, 'file' | 'path'>,
  bytes: Buffer,
  position: number,
): Promise<number> {
  let written = 0
  while (written < bytes.length) {
    const { bytesWritten } = await onDisk(path, () =>
      file.write(bytes, written, bytes.length - written, position + written),
    )
    written += bytesWritten
  }
  return written
}

function missing(path: string): TrustError {
  return new TrustError('ARTIFACT_ENTRY_MISSING', { path })
}

function notInTurn(path: string, expected: string | undefined, listing: SlotListing): TrustError {
  const isListed = listing.files.some((file) => file.path === path)
  if (!isListed) return new TrustError('ARTIFACT_ENTRY_NOT_LISTED', { path })
  // Twice, or before its turn; then the one whose turn it is has been left out.
  return expected === undefined
    ? new TrustError('ARTIFACT_INVALID', { path, reason: 'a file comes twice' })
    : missing(expected)
}
