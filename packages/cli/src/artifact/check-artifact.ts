/**
 * Reads a slot artifact the way a device will (protocol §4.4) and says what it holds, so that a
 * mistake shows at the desk and not on the devices: the listing comes first, then exactly the
 * listed files in their order with their lengths and digests, then nothing.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import {
  ARTIFACT_LISTING_MAX_BYTES,
  parseSlotListing,
  SLOT_LISTING_NAME,
  type SlotListing,
  TrustError,
} from '@fleetward/shared'
import { ByteSource } from './byte-source.ts'
import { type ArtifactFormat, createDecompressor } from './compression.ts'
import { BLOCK_BYTES, paddingAfter, parseHeader, type UstarEntry } from './ustar.ts'

export async function checkArtifact(path: string, format: ArtifactFormat): Promise<SlotListing> {
  let listing: SlotListing | undefined
  try {
    await pipeline(
      createReadStream(path),
      createDecompressor(format),
      async (archive: AsyncIterable<Uint8Array>) => {
        listing = await checkArchive(new ByteSource(archive))
      },
    )
  } catch (cause) {
    // zlib's own errors: damaged, cut off, another format than its name says.
    if (isZlibError(cause)) {
      throw new TrustError('ARTIFACT_INVALID', { format, reason: cause.code }, { cause })
    }
    throw cause
  }
  if (listing === undefined) throw new TrustError('ARTIFACT_INVALID', { format })
  return listing
}

async function checkArchive(archive: ByteSource): Promise<SlotListing> {
  const first = parseHeader(await archive.take(BLOCK_BYTES))
  if (first?.path !== SLOT_LISTING_NAME || first.executable) {
    throw new TrustError('ARTIFACT_INVALID', {
      expected: SLOT_LISTING_NAME,
      seen: first?.path ?? '',
    })
  }
  if (first.length > ARTIFACT_LISTING_MAX_BYTES) {
    throw new TrustError('LENGTH_EXCEEDED', { path: first.path, max: ARTIFACT_LISTING_MAX_BYTES })
  }
  const listing = parseSlotListing(await archive.take(first.length))
  await requireZeros(archive, paddingAfter(first.length))

  for (const file of listing.files) await checkFile(archive, file)

  if (parseHeader(await archive.take(BLOCK_BYTES)) !== undefined) {
    throw new TrustError('ARTIFACT_ENTRY_NOT_LISTED', {})
  }
  await requireZeros(archive, BLOCK_BYTES)
  if (!(await archive.isAtEnd())) {
    throw new TrustError('ARTIFACT_INVALID', { reason: 'something follows the end of the archive' })
  }
  return listing
}

async function checkFile(
  archive: ByteSource,
  listed: UstarEntry & { readonly sha256: string },
): Promise<void> {
  const entry = parseHeader(await archive.take(BLOCK_BYTES))
  if (entry === undefined) throw new TrustError('ARTIFACT_ENTRY_MISSING', { path: listed.path })
  if (entry.path !== listed.path) {
    throw new TrustError('ARTIFACT_ENTRY_NOT_LISTED', { expected: listed.path, seen: entry.path })
  }
  if (entry.length !== listed.length || entry.executable !== listed.executable) {
    throw new TrustError('ARTIFACT_INVALID', { path: listed.path, reason: 'length or mode' })
  }
  const hash = createHash('sha256')
  for await (const bytes of archive.next(entry.length)) hash.update(bytes)
  if (hash.digest('hex') !== listed.sha256) {
    throw new TrustError('DIGEST_MISMATCH', { path: listed.path })
  }
  await requireZeros(archive, paddingAfter(entry.length))
}

async function requireZeros(archive: ByteSource, count: number): Promise<void> {
  const bytes = await archive.take(count)
  if (bytes.some((byte) => byte !== 0)) {
    throw new TrustError('ARTIFACT_INVALID', { reason: 'padding that is not zero' })
  }
}

function isZlibError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_|ERR_)/.test(String(error.code))
}
