/**
 * What an artifact of the `slot-directory` installer holds (protocol §4.4): every file with its
 * length and SHA-256, and the commands that start and test the product. The listing is the closed
 * world: what it does not name is not unpacked, what it names must be there.
 */
import { TrustError } from '../errors.ts'
import { canonicalJson } from '../json/canonical-json.ts'
import { Fields } from '../json/fields.ts'
import { parseJson } from '../json/parse-json.ts'
import {
  ARTIFACT_FILES_MAX_COUNT,
  ARTIFACT_LENGTH_MAX_BYTES,
  ARTIFACT_LISTING_MAX_BYTES,
  ARTIFACT_LISTING_NODES_MAX_COUNT,
  ARTIFACT_NAME_MAX_BYTES,
  COMMAND_WORD_MAX_BYTES,
  COMMAND_WORDS_MAX_COUNT,
} from '../limits.ts'
import { isName } from '../names.ts'
import type { Release } from './release.ts'
import { isVersion } from './version.ts'

export const SLOT_LISTING_NAME = 'fleetward-slot.json'
const FORMAT = 'fleetward-slot/1'
const SEGMENT = /^[A-Za-z0-9._@+-]+$/

export interface ListedFile {
  readonly path: string
  readonly length: number
  readonly sha256: string
  readonly executable: boolean
}

export interface SlotListing {
  readonly product: string
  readonly version: string
  /** Sorted by path. */
  readonly files: readonly ListedFile[]
  readonly start: readonly string[]
  readonly selfTest: readonly string[]
}

export function parseSlotListing(bytes: Uint8Array): SlotListing {
  const json = parseJson(bytes, ARTIFACT_LISTING_MAX_BYTES, {
    nodes: ARTIFACT_LISTING_NODES_MAX_COUNT,
  })
  const fields = new Fields(json, 'ARTIFACT_INVALID')
  fields.oneOf('format', [FORMAT])
  const listing = {
    product: fields.matching('product', isName, 'a name'),
    version: fields.matching('version', isVersion, 'a version'),
    files: fields.list('files', { min: 1, max: ARTIFACT_FILES_MAX_COUNT }, (items, index) =>
      items.object(index, parseFile),
    ),
    start: parseCommand(fields, 'start'),
    selfTest: parseCommand(fields, 'selfTest'),
  }
  fields.refuseOthers()
  requireDistinctPlaces(listing.files)
  return listing
}

/** Canonical bytes, sorted; refuses what {@link parseSlotListing} would. */
export function encodeSlotListing(listing: SlotListing): Uint8Array {
  const files = listing.files
    .map(({ path, length, sha256, executable }) => ({ path, length, sha256, executable }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const { product, version, start, selfTest } = listing
  const bytes = canonicalJson({
    format: FORMAT,
    product,
    version,
    files,
    start: [...start],
    selfTest: [...selfTest],
  })
  parseSlotListing(bytes)
  return bytes
}

/** The listing and the release that brought it must be about the same thing. */
export function requireListingOf(listing: SlotListing, release: Release): void {
  const size = installedSizeOf(listing)
  const { product, version, installedSize } = release
  if (listing.product === product && listing.version === version && size === installedSize) return
  throw new TrustError('ARTIFACT_INVALID', {
    expected: `${product} ${version} ${installedSize}`,
    seen: `${listing.product} ${listing.version} ${size}`,
  })
}

/** `installedSize` of a release: bytes of all listed files, the listing itself not among them. */
export function installedSizeOf(listing: SlotListing): number {
  return listing.files.reduce((sum, { length }) => sum + length, 0)
}

/** A path that stays inside the slot whatever file system it meets. */
export function isSlotPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path.length <= ARTIFACT_NAME_MAX_BYTES &&
    path.split('/').every((part) => SEGMENT.test(part) && part !== '.' && part !== '..')
  )
}

function parseFile(fields: Fields): ListedFile {
  const path = fields.text('path', 1024)
  if (!isSlotPath(path) || path === SLOT_LISTING_NAME) {
    throw new TrustError('ARTIFACT_ENTRY_FORBIDDEN', { path: path.slice(0, 200) })
  }
  const file = {
    path,
    length: fields.integer('length', 0, ARTIFACT_LENGTH_MAX_BYTES),
    sha256: fields.sha256('sha256'),
    executable: fields.flag('executable'),
  }
  fields.refuseOthers()
  return file
}

function parseCommand(fields: Fields, name: 'start' | 'selfTest'): string[] {
  const words = { min: 1, max: COMMAND_WORDS_MAX_COUNT }
  return fields.list(name, words, (items, index) => {
    const word = items.text(index, COMMAND_WORD_MAX_BYTES)
    // A NUL ends an argument early in the operating system's eyes; the others end a line of a log,
    // and canonical JSON does not escape them.
    items.require(!/\p{Cc}/u.test(word), index, 'no control character')
    return word
  })
}

/** Sorted, so no file comes twice, and no path is both a file and a folder. */
function requireDistinctPlaces(files: readonly ListedFile[]): void {
  const folders = new Set<string>()
  let before = ''
  for (const { path } of files) {
    if (path <= before) {
      throw new TrustError('ARTIFACT_INVALID', { path, expected: 'sorted, each once' })
    }
    before = path
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      folders.add(path.slice(0, end))
    }
  }
  for (const { path } of files) {
    if (folders.has(path)) {
      throw new TrustError('ARTIFACT_INVALID', { path, expected: 'a file or a folder, not both' })
    }
  }
}
