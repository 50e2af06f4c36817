/**
 * The last entry of an export (docs/integrating/reset-and-data.md): what the archive holds, with the
 * digest of every entry. An entry that it does not name, or names twice, makes the archive invalid.
 */
import { Fields, isName, parseJson, RequestError, sha256Hex, TrustError } from '@fleetward/shared'
import { isPathBelow } from './owners-data-settings.ts'

export const ARCHIVE_FORMAT = 'fleetward-export/1'
export const MANIFEST_ENTRY = 'manifest.json'
export const SETTINGS_ENTRY = 'settings.json'
export const LOG_ENTRY = 'log.jsonl'

export const SECTIONS = ['settings', 'data', 'log'] as const
export type Section = (typeof SECTIONS)[number]

/** Of an archive: enough for photos of years, and a bound for whoever makes one up. */
export const ARCHIVE_FILES_MAX_COUNT = 20_000
export const ARCHIVE_LENGTH_MAX_BYTES = 4 * 1024 ** 3
export const MANIFEST_MAX_BYTES = 8 * 1024 * 1024
const PATH_MAX_BYTES = 1024
const NODES_PER_FILE = 8

export interface ArchiveEntry {
  /** In the archive: of plain characters (protocol §4.4). */
  readonly name: string
  /** Below the owner's data folder; absent for the entries that are not the owner's files. */
  readonly path?: string
  readonly length: number
  readonly sha256: string
}

export interface ArchiveManifest {
  readonly format: typeof ARCHIVE_FORMAT
  readonly product: string
  /** Of the agent that wrote it. */
  readonly agent: string
  /** Seconds since 1970. */
  readonly createdAt: number
  readonly sections: readonly Section[]
  /** What the data section replaces as a whole. */
  readonly roots: readonly string[]
  readonly entries: readonly ArchiveEntry[]
}

/** Throws RequestError ARCHIVE_INVALID that names the field. */
export function parseArchiveManifest(bytes: Uint8Array): ArchiveManifest {
  try {
    const nodes = NODES_PER_FILE * ARCHIVE_FILES_MAX_COUNT
    return parse(new Fields(parseJson(bytes, MANIFEST_MAX_BYTES, { nodes }), 'JSON_INVALID'))
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new RequestError('ARCHIVE_INVALID', { entry: MANIFEST_ENTRY, ...error.facts })
  }
}

function parse(fields: Fields): ArchiveManifest {
  const manifest = {
    format: fields.oneOf('format', [ARCHIVE_FORMAT] as const),
    product: fields.matching('product', isName, 'a name'),
    agent: fields.text('agent', 64),
    createdAt: fields.integer('createdAt'),
    sections: fields.list('sections', { max: SECTIONS.length }, (items, index) =>
      items.oneOf(index, SECTIONS),
    ),
    roots: fields.list('roots', { max: 64 }, (items, index) =>
      items.matching(index, isOwnersPath, 'a path below the owner’s data'),
    ),
    entries: fields.list('entries', { max: ARCHIVE_FILES_MAX_COUNT }, (items, index) =>
      items.object(index, parseEntry),
    ),
  }
  fields.refuseOthers()
  requireDisjoint(fields, manifest)
  return manifest
}

function parseEntry(fields: Fields): ArchiveEntry {
  const entry = {
    name: fields.text('name', PATH_MAX_BYTES),
    ...fields.optional('path', (name) =>
      fields.matching(name, isOwnersPath, 'a path below the owner’s data'),
    ),
    length: fields.integer('length', 0, ARCHIVE_LENGTH_MAX_BYTES),
    sha256: fields.sha256('sha256'),
  }
  fields.refuseOthers()
  return entry
}

/** Each file once, none where another one needs a folder, all below a root that is named. */
function requireDisjoint(
  fields: Fields,
  { entries, roots }: Omit<ArchiveManifest, 'format'>,
): void {
  const names = new Set(entries.map(({ name }) => name))
  fields.require(names.size === entries.length, 'entries', 'each name once')
  const paths = new Set<string>()
  for (const { name, path } of entries) {
    const isOurs = name === SETTINGS_ENTRY || name === LOG_ENTRY
    fields.require(isOurs === (path === undefined), 'entries', `a path for ${name.slice(0, 80)}`)
    if (path === undefined) continue
    fields.require(!paths.has(path), 'entries', 'each path once')
    paths.add(path)
    const isBelow = roots.some((root) => path === root || path.startsWith(`${root}/`))
    fields.require(isBelow, 'entries', 'only files below the roots')
  }
  for (const path of paths) {
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
      fields.require(!paths.has(path.slice(0, at)), 'entries', 'no file where a folder is')
    }
  }
  const nested = roots.some((root) => roots.some((other) => root.startsWith(`${other}/`)))
  fields.require(
    !nested && new Set(roots).size === roots.length,
    'roots',
    'each once, none in another',
  )
}

/** What a file system takes as one place and no other; control characters make two names look like one. */
export function isOwnersPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    Buffer.byteLength(path) <= PATH_MAX_BYTES &&
    !/[\p{Cc}\\]/u.test(path) &&
    path.isWellFormed() &&
    isPathBelow(path)
  )
}

/** Readable where tar's strict form allows it, by number elsewhere. */
export function entryNameOf(path: string, isPlain: (name: string) => boolean): string {
  const name = `data/${path}`
  if (isPlain(name) && name.length <= 99) return name
  return `data-renamed/${sha256Hex(new TextEncoder().encode(path)).slice(0, 32)}`
}
