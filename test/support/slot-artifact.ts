/**
 * Slot artifacts for tests, honest and not: the archive is put together from entries whose headers can
 * be bent byte by byte, so that every attack on an archive is a line of data.
 */
import { createHash } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import {
  canonicalJson,
  encodeChunkList,
  encodeSlotListing,
  type Json,
  type Release,
  releaseCustomJson,
  requireRelease,
  SLOT_LISTING_NAME,
  type VerifiedRelease,
} from '@fleetward/shared'

const BLOCK_BYTES = 512

export interface TestFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly executable?: boolean
}

/** One member of an archive, before any check. */
export interface RawEntry {
  readonly name: string
  readonly bytes?: Uint8Array
  readonly prefix?: string
  readonly mode?: string
  readonly size?: string
  readonly type?: string
  readonly linkName?: string
  /** The last word on the header, before its checksum. */
  readonly bend?: (header: Buffer) => void
  /** Instead of the right one. */
  readonly checksum?: string
  readonly padding?: number
}

export const text = (words: string): Buffer => Buffer.from(words, 'utf8')
export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

export function tarEntry(entry: RawEntry): Buffer {
  const bytes = entry.bytes ?? Buffer.alloc(0)
  const header = Buffer.alloc(BLOCK_BYTES)
  header.write(entry.name, 0, 100, 'latin1')
  header.write(`${entry.mode ?? '0000644'}\0`, 100, 'latin1')
  header.write('0000000\0', 108, 'latin1')
  header.write('0000000\0', 116, 'latin1')
  header.write(`${entry.size ?? bytes.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write('00000000000\0', 136, 'latin1')
  header.write(entry.type ?? '0', 156, 'latin1')
  header.write(entry.linkName ?? '', 157, 100, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  header.write(entry.prefix ?? '', 345, 155, 'latin1')
  entry.bend?.(header)
  header.write('        ', 148, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(entry.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  const padding = Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES)
  if (entry.padding !== undefined) padding.fill(entry.padding)
  return Buffer.concat([header, bytes, padding])
}

export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK_BYTES)

export function tarOf(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), END_OF_ARCHIVE])
}

export function fileEntry({ path, bytes, executable = false }: TestFile): RawEntry {
  return { name: path, bytes, mode: executable ? '0000755' : '0000644' }
}

export interface SlotPlan {
  readonly product?: string
  readonly version?: string
  readonly files: readonly TestFile[]
  readonly format?: 'tar.gz' | 'tar.zst'
  readonly start?: readonly string[]
  readonly selfTest?: readonly string[]
  readonly securityCounter?: number
  readonly chunkBytes?: number
}

/** What a hostile builder changes; a good one changes nothing. */
export interface Tampering {
  /** The listing as it goes into the archive, without the checks of the builder. */
  readonly listing?: (listing: ListingJson) => Json
  /** The members behind the listing. */
  readonly entries?: (entries: RawEntry[]) => RawEntry[]
  /** The archive before it is compressed. */
  readonly archive?: (tar: Buffer) => Buffer
  /** The artifact after it was compressed. */
  readonly artifact?: (compressed: Buffer) => Buffer
  /** The release as it is signed: the manufacturer's keys are not always what the attacker lacks. */
  readonly release?: Partial<Release>
}

export interface ListingJson {
  format: string
  product: string
  version: string
  files: { path: string; length: number; sha256: string; executable: boolean }[]
  start: string[]
  selfTest: string[]
}

export interface SlotArtifact {
  readonly bytes: Buffer
  readonly chunkList: Uint8Array
  readonly release: VerifiedRelease
}

export function slotArtifact(plan: SlotPlan, tampering: Tampering = {}): SlotArtifact {
  const { product = 'lumen-g1', version = '1.4.3', format = 'tar.gz' } = plan
  const files = [...plan.files].sort((a, b) => (a.path < b.path ? -1 : 1))
  const listing: ListingJson = {
    format: 'fleetward-slot/1',
    product,
    version,
    files: files.map(({ path, bytes, executable = false }) => ({
      path,
      length: bytes.length,
      sha256: sha256(bytes),
      executable,
    })),
    start: [...(plan.start ?? ['node', 'main.js'])],
    selfTest: [...(plan.selfTest ?? ['node', 'self-test.js'])],
  }
  const listingBytes =
    tampering.listing === undefined
      ? encodeSlotListing(listing)
      : canonicalJson(tampering.listing(structuredClone(listing)))
  const entries = [
    { name: SLOT_LISTING_NAME, bytes: listingBytes },
    ...files.map((file) => fileEntry(file)),
  ]
  const tar = tarOf(tampering.entries?.(entries) ?? entries)
  const archive = tampering.archive?.(tar) ?? tar
  const compressed = format === 'tar.gz' ? gzipSync(archive) : zstdCompressSync(archive)
  const bytes = tampering.artifact?.(compressed) ?? compressed
  return {
    bytes,
    ...releaseOf(bytes, {
      ...plan,
      product,
      version,
      format,
      installedSize: files.reduce((sum, file) => sum + file.bytes.length, 0),
      release: tampering.release ?? {},
    }),
  }
}

export interface ReleasePlan {
  readonly product?: string
  readonly version?: string
  readonly format?: string
  readonly securityCounter?: number
  readonly chunkBytes?: number
  readonly installedSize?: number
  readonly release?: Partial<Release>
}

/** A release of these bytes, through the same door as a signed one. */
export function releaseOf(
  bytes: Uint8Array,
  plan: ReleasePlan = {},
): { release: VerifiedRelease; chunkList: Uint8Array } {
  const { product = 'lumen-g1', version = '1.4.3', format = 'tar.gz' } = plan
  const size = plan.chunkBytes ?? 64 * 1024
  const sha256s: string[] = []
  for (let at = 0; at < bytes.length; at += size)
    sha256s.push(sha256(bytes.subarray(at, at + size)))
  const chunkList = encodeChunkList({ size, length: bytes.length, sha256s })
  const path = `security/${version}/firmware.${format}`
  const release: Release = {
    path,
    role: 'security',
    product,
    version,
    line: version.split('.').slice(0, 2).join('.'),
    kind: 'security',
    securityCounter: plan.securityCounter ?? 2,
    compatible: ['lumen-g1-rev-b'],
    installer: 'slot-directory',
    format,
    length: bytes.length,
    sha256: sha256(bytes),
    chunks: { size, path: `${path}.chunks.json`, sha256: sha256(chunkList) },
    installedSize: plan.installedSize ?? bytes.length,
    sbom: { path: `security/${version}/firmware.cdx.json`, sha256: sha256(text('{}')) },
    fixes: [],
    advisories: [],
    notes: 'a release for a test',
    releasedAt: 1_795_000_000,
    postponeMax: 86_400,
    deadlineMin: 86_400,
    ...plan.release,
  }
  const hashes = new Map([['sha256', release.sha256]])
  const custom = releaseCustomJson(release)
  const targetFile = { path, length: release.length, hashes, custom }
  return { release: requireRelease(targetFile, release.product), chunkList }
}
