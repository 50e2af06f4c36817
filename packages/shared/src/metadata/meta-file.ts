/** What one signed file says about another (TUF 4.4, 4.5): its version, length and hashes. */
import type { Json } from '../json/json.ts'
import { integerAt, mapAt, notTheShape, objectAt, stringAt } from './shape.ts'

/** Digests in hex by algorithm. Whether they can be checked shows when they are used. */
export type Hashes = ReadonlyMap<string, string>

export interface MetaFile {
  readonly version: number
  readonly length?: number
  readonly hashes?: Hashes
}

export interface TargetFile {
  readonly path: string
  readonly length: number
  readonly hashes: Hashes
  readonly custom?: Json
}

export function readMetaFile(json: Json, field: string): MetaFile {
  const { version, length, hashes } = objectAt(json, field)
  return {
    version: integerAt(version, `${field}.version`, 1),
    ...(length === undefined ? {} : { length: integerAt(length, `${field}.length`, 0) }),
    ...(hashes === undefined ? {} : { hashes: readHashes(hashes, `${field}.hashes`) }),
  }
}

export function readTargetFile(json: Json, field: string, path: string): TargetFile {
  const { length, hashes, custom } = objectAt(json, field)
  return {
    path,
    length: integerAt(length, `${field}.length`, 0),
    hashes: readHashes(hashes, `${field}.hashes`),
    ...(custom === undefined ? {} : { custom: objectAt(custom, `${field}.custom`) }),
  }
}

function readHashes(json: Json | undefined, field: string): Hashes {
  const hashes = mapAt(json, field, stringAt)
  // An empty list would be a check that always passes.
  if (hashes.size === 0) throw notTheShape(field, 'at least one hash')
  return hashes
}
