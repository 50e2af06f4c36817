/**
 * Reads an export from outside: decrypts, takes the tar apart and holds every entry against the
 * manifest. Everything it does not know is refused; it knows no file system, so nothing it reads can
 * get anywhere before all of it was verified.
 */
import { createHash, type Hash } from 'node:crypto'
import { type Json, parseJson, RequestError, TrustError } from '@fleetward/shared'
import type { OwnersChoices } from '../core/owners-choices.ts'
import { type TarEntry, TarReader } from '../slot/tar-reader.ts'
import { decryptAge } from './age/age-file.ts'
import type { Opener } from './age/stanzas.ts'
import {
  ARCHIVE_FILES_MAX_COUNT,
  ARCHIVE_LENGTH_MAX_BYTES,
  type ArchiveManifest,
  LOG_ENTRY,
  MANIFEST_ENTRY,
  MANIFEST_MAX_BYTES,
  parseArchiveManifest,
  SETTINGS_ENTRY,
} from './archive-manifest.ts'
import { parseMovableSettings } from './movable-settings.ts'

const SETTINGS_MAX_BYTES = 64 * 1024

export interface ReadArchive {
  readonly manifest: ArchiveManifest
  /** undefined when the archive has no such section. */
  readonly settings: OwnersChoices | undefined
}

/** Told in the archive's order, before anything of the entry is verified. */
export interface EntryListener {
  begin(name: string): Promise<void>
  data(bytes: Buffer): Promise<void>
  end(): Promise<void>
}

/** ARCHIVE_INVALID, PASSPHRASE_WRONG. Small entries are kept, the owner's files only listened to. */
export async function readArchive(
  ciphertext: AsyncIterable<Uint8Array>,
  by: Opener,
  listener?: EntryListener,
): Promise<ReadArchive> {
  const reader = new TarReader()
  const seen = new Map<string, { readonly length: number; readonly sha256: string }>()
  const kept = new Map<string, Buffer[]>()
  let entry: { readonly entry: TarEntry; readonly digest: Hash } | undefined
  let total = 0
  try {
    for await (const bytes of decryptAge(ciphertext, by)) {
      for (const part of reader.read(bytes)) {
        if (part.kind === 'entry') {
          total += part.entry.length
          requireEntry(part.entry, seen, total)
          entry = { entry: part.entry, digest: createHash('sha256') }
          if (isSmall(part.entry.path)) kept.set(part.entry.path, [])
          await listener?.begin(part.entry.path)
        } else if (part.kind === 'data') {
          entry?.digest.update(part.bytes)
          kept.get(entry?.entry.path ?? '')?.push(Buffer.from(part.bytes))
          await listener?.data(part.bytes)
        } else if (entry !== undefined) {
          const { path, length } = entry.entry
          seen.set(path, { length, sha256: entry.digest.digest('hex') })
          await listener?.end()
        }
      }
    }
    reader.end()
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new RequestError('ARCHIVE_INVALID', error.facts)
  }
  const bytesOf = (name: string) => {
    const blocks = kept.get(name)
    return blocks === undefined ? undefined : Buffer.concat(blocks)
  }
  const manifestBytes = bytesOf(MANIFEST_ENTRY)
  if (manifestBytes === undefined) throw invalid(MANIFEST_ENTRY, 'missing')
  const manifest = parseArchiveManifest(manifestBytes)
  requireExactly(manifest, seen)
  const settings = bytesOf(SETTINGS_ENTRY)
  return { manifest, settings: settings && parseMovableSettings(jsonOf(settings)) }
}

function jsonOf(bytes: Buffer): Json {
  try {
    return parseJson(bytes, SETTINGS_MAX_BYTES)
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new RequestError('ARCHIVE_INVALID', { entry: SETTINGS_ENTRY, ...error.facts })
  }
}

function requireEntry(
  { path, length }: TarEntry,
  seen: ReadonlyMap<string, unknown>,
  total: number,
): void {
  if (seen.has(path)) throw invalid(path, 'twice')
  if (seen.has(MANIFEST_ENTRY)) throw invalid(path, 'behind the manifest')
  if (seen.size >= ARCHIVE_FILES_MAX_COUNT) throw invalid(path, 'too many entries')
  if (total > ARCHIVE_LENGTH_MAX_BYTES) throw invalid(path, 'too long')
  if (isSmall(path) && length > MANIFEST_MAX_BYTES) throw invalid(path, 'too long')
  const isData = path.startsWith('data/') || path.startsWith('data-renamed/')
  if (!isData && !isSmall(path) && path !== LOG_ENTRY) throw invalid(path, 'not known')
}

/** What is there is listed, what is listed is there, with exactly these bytes. */
function requireExactly(
  { entries }: ArchiveManifest,
  seen: ReadonlyMap<string, { readonly length: number; readonly sha256: string }>,
): void {
  if (entries.length !== seen.size - 1) throw invalid(MANIFEST_ENTRY, 'not the entries there are')
  for (const { name, length, sha256 } of entries) {
    const found = seen.get(name)
    if (found === undefined || name === MANIFEST_ENTRY) throw invalid(name, 'missing')
    if (found.length !== length || found.sha256 !== sha256) throw invalid(name, 'changed')
  }
}

function isSmall(name: string): boolean {
  return name === MANIFEST_ENTRY || name === SETTINGS_ENTRY
}

function invalid(entry: string, reason: string): RequestError {
  return new RequestError('ARCHIVE_INVALID', { entry: entry.slice(0, 200), reason })
}
