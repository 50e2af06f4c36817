/**
 * MANIFEST.json of a dossier: every file of it with its digest and what it is, and what is missing. Pure. Read from a
 * file that somebody may have made to deceive; nothing of it counts before its signature does (dossier-statement.ts).
 */
import { Fields } from '../json/fields.ts'
import { parseJson } from '../json/parse-json.ts'

export const DOSSIER_MANIFEST_PATH = 'MANIFEST.json'
export const DOSSIER_SIGNATURE_PATH = 'MANIFEST.jws'
export const DOSSIER_EXTRACT_PATH = 'audit/extract.jsonl'

export const DOSSIER_FILES_MAX_COUNT = 20_000
export const DOSSIER_MANIFEST_MAX_BYTES = 16 * 1024 ** 2
export const DOSSIER_GAPS_MAX_COUNT = 1_000

export const DOSSIER_STATUSES = ['complete', 'incomplete'] as const
export type DossierStatus = (typeof DOSSIER_STATUSES)[number]
/** `outdated`: it was signed, and what it says has changed since. */
export const DECLARATION_STATES = ['draft', 'signed', 'outdated', 'not-due'] as const
export type DeclarationState = (typeof DECLARATION_STATES)[number]

export interface DossierGap {
  /** Of the Regulation: `VII.2(b)`, `V.4`. */
  readonly item: string
  readonly what: string
  /** What somebody can do about it. */
  readonly next: string
}

export interface DossierManifestFile {
  readonly path: string
  readonly sha256: string
  readonly length: number
  readonly mediaType: string
  /** As in {@link DossierGap}. */
  readonly item: string
  readonly what: string
}

export interface DossierManifest {
  readonly product: string
  /** Of the dossiers of the product, from 1. */
  readonly version: number
  /** Seconds since 1970. */
  readonly builtAt: number
  readonly status: DossierStatus
  readonly declaration: DeclarationState
  readonly gaps: readonly DossierGap[]
  /** By path; without the manifest itself and its signature. */
  readonly files: readonly DossierManifestFile[]
}

const WORDS_MAX_CHARACTERS = 2_000
const PATH_MAX_CHARACTERS = 200
/** No part begins with a dot, and none is upper-case: on no system do two of them become one file, or one elsewhere. */
const PATH = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/

export function isDossierPath(text: unknown): text is string {
  return typeof text === 'string' && text.length <= PATH_MAX_CHARACTERS && PATH.test(text)
}

/** The same manifest always has the same bytes. */
export function encodeDossierManifest(manifest: DossierManifest): Uint8Array {
  const { product, version, builtAt, status, declaration } = manifest
  const gaps = manifest.gaps.map(({ item, what, next }) => ({ item, what, next }))
  const files = manifest.files
    .map(({ path, sha256, length, mediaType, item, what }) => {
      return { path, sha256, length, mediaType, item, what }
    })
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
  const head = { fleetwardDossier: 1, product, version, builtAt, status, declaration }
  return new TextEncoder().encode(`${JSON.stringify({ ...head, gaps, files }, null, 2)}\n`)
}

/** DOSSIER_INVALID, or JSON_… */
export function parseDossierManifest(bytes: Uint8Array): DossierManifest {
  const fields = new Fields(parseJson(bytes, DOSSIER_MANIFEST_MAX_BYTES), 'DOSSIER_INVALID')
  fields.integer('fleetwardDossier', 1, 1)
  const manifest = {
    product: fields.text('product', 64),
    version: fields.integer('version', 1),
    builtAt: fields.integer('builtAt'),
    status: fields.oneOf('status', DOSSIER_STATUSES),
    declaration: fields.oneOf('declaration', DECLARATION_STATES),
    gaps: fields.list('gaps', { max: DOSSIER_GAPS_MAX_COUNT }, (items, index) =>
      items.object(index, parseGap),
    ),
    files: fields.list('files', { max: DOSSIER_FILES_MAX_COUNT }, (items, index) =>
      items.object(index, parseFile),
    ),
  }
  fields.refuseOthers()
  const isComplete = manifest.status === 'complete'
  fields.require(isComplete === (manifest.gaps.length === 0), 'status', 'complete without gaps')
  const inOrder = manifest.files.every(
    ({ path }, at) => path > (manifest.files[at - 1]?.path ?? ''),
  )
  fields.require(inOrder, 'files', 'each path once, in order')
  return manifest
}

function parseGap(gap: Fields): DossierGap {
  const item = gap.text('item', 20)
  const what = gap.prose('what', 1, WORDS_MAX_CHARACTERS)
  const next = gap.prose('next', 1, WORDS_MAX_CHARACTERS)
  gap.refuseOthers()
  return { item, what, next }
}

function parseFile(file: Fields): DossierManifestFile {
  const read = {
    path: file.matching('path', isDossierPath, 'path of lower-case names'),
    sha256: file.sha256('sha256'),
    length: file.integer('length'),
    mediaType: file.text('mediaType', 100),
    item: file.text('item', 20),
    what: file.prose('what', 1, WORDS_MAX_CHARACTERS),
  }
  file.refuseOthers()
  return read
}
