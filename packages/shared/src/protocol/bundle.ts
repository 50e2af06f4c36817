/**
 * The index of an offline bundle (protocol §14): every file that follows it in the archive, in order, with
 * length and SHA-256. It is signed by nobody: it bounds what is read, and what the files mean is
 * verified as if each had come over the network.
 */
import { TrustError } from '../errors.ts'
import { canonicalJson } from '../json/canonical-json.ts'
import { Fields } from '../json/fields.ts'
import { parseJson } from '../json/parse-json.ts'
import {
  ARTIFACT_LENGTH_MAX_BYTES,
  BUNDLE_FILES_MAX_COUNT,
  BUNDLE_INDEX_MAX_BYTES,
} from '../limits.ts'
import { isName } from '../names.ts'
import { isSlotPath } from '../release/slot-listing.ts'

export const BUNDLE_INDEX_NAME = 'fleetward-bundle.json'
export const BUNDLE_MANIFEST_NAME = 'manifest.jws'
const FORMAT = 'fleetward-bundle/1'
/** What TUF's workflow asks for, under the names it asks with (protocol §9.1). */
const FOLDERS = ['metadata', 'targets']

export interface BundledFile {
  readonly path: string
  readonly length: number
  readonly sha256: string
}

export interface BundleIndex {
  readonly product: string
  /** In the order of the archive: the manifest first, the artifact last. */
  readonly files: readonly BundledFile[]
}

export function parseBundleIndex(bytes: Uint8Array): BundleIndex {
  const fields = new Fields(parseJson(bytes, BUNDLE_INDEX_MAX_BYTES), 'BUNDLE_INVALID')
  fields.oneOf('format', [FORMAT])
  const index = {
    product: fields.matching('product', isName, 'a name'),
    files: fields.list('files', { min: 2, max: BUNDLE_FILES_MAX_COUNT }, (items, at) =>
      items.object(at, parseFile),
    ),
  }
  fields.refuseOthers()
  const paths = index.files.map(({ path }) => path)
  fields.require(new Set(paths).size === paths.length, 'files', 'each path once')
  fields.require(paths[0] === BUNDLE_MANIFEST_NAME, 'files', `${BUNDLE_MANIFEST_NAME} first`)
  return index
}

/** Refuses what {@link parseBundleIndex} would. */
export function encodeBundleIndex({ product, files }: BundleIndex): Uint8Array {
  const bytes = canonicalJson({
    format: FORMAT,
    product,
    files: files.map(({ path, length, sha256 }) => ({ path, length, sha256 })),
  })
  parseBundleIndex(bytes)
  return bytes
}

function parseFile(fields: Fields): BundledFile {
  const path = fields.text('path', 1024)
  const [folder] = path.split('/', 1)
  const hasPlace = path === BUNDLE_MANIFEST_NAME || FOLDERS.includes(folder ?? '')
  if (!isSlotPath(path) || !hasPlace) {
    throw new TrustError('BUNDLE_INVALID', { field: 'path', seen: path.slice(0, 200) })
  }
  const file = {
    path,
    length: fields.integer('length', 1, ARTIFACT_LENGTH_MAX_BYTES),
    sha256: fields.sha256('sha256'),
  }
  fields.refuseOthers()
  return file
}
