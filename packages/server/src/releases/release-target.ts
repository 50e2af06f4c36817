/**
 * A release as its target file, and that target file as one text, equal for equal contents: what is compared when
 * the same version is uploaded again, and what a release is read back from.
 */
import {
  isJsonList,
  isJsonObject,
  type Json,
  METADATA_MAX_BYTES,
  parseJson,
  type Release,
  requireRelease,
  type TargetFile,
} from '@fleetward/shared'

export interface ReleaseTarget {
  readonly release: Release
  readonly target: string
}

export function encodeTarget(file: TargetFile): string {
  const json: Json = {
    path: file.path,
    length: file.length,
    hashes: Object.fromEntries(file.hashes),
    ...(file.custom === undefined ? {} : { custom: file.custom }),
  }
  return JSON.stringify(sorted(json))
}

/** Canonical JSON would do, but it leaves a line feed in the notes as it is, and no parser takes that. */
function sorted(json: Json): Json {
  if (isJsonList(json)) return json.map(sorted)
  if (!isJsonObject(json)) return json
  const members = Object.entries(json).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, value]) => [name, sorted(value)]))
}

/** Reads back what {@link encodeTarget} wrote; the same checks as at the upload. */
export function decodeTarget(target: string, product: string): Release {
  const bytes = new TextEncoder().encode(target)
  const { path, length, hashes, custom } = parseJson(bytes, METADATA_MAX_BYTES.targets) as {
    path: string
    length: number
    hashes: Record<string, string>
    custom: Json
  }
  const file = { path, length, hashes: new Map(Object.entries(hashes)), custom }
  return requireRelease(file, product)
}
