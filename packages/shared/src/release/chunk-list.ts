/**
 * The chunk list of an artifact (protocol §4.3): one SHA-256 per chunk, so that a device verifies
 * what it downloaded before it writes it, and goes on after an interruption from what is there.
 */
import { canonicalJson } from '../json/canonical-json.ts'
import { Fields } from '../json/fields.ts'
import { parseJson } from '../json/parse-json.ts'
import { CHUNK_LIST_LENGTH_MAX_BYTES, CHUNK_LIST_NODES_MAX_COUNT } from '../limits.ts'
import type { Release } from './release.ts'

export interface ChunkList {
  /** Bytes of every chunk but the last. */
  readonly size: number
  /** Bytes of the whole artifact. */
  readonly length: number
  readonly sha256s: readonly string[]
}

/** Against `release`, so that list and release can never mean different artifacts. */
export function parseChunkList(bytes: Uint8Array, release: Release): ChunkList {
  const json = parseJson(bytes, CHUNK_LIST_LENGTH_MAX_BYTES, { nodes: CHUNK_LIST_NODES_MAX_COUNT })
  const fields = new Fields(json, 'CHUNK_LIST_INVALID')
  const size = fields.integer('size')
  const length = fields.integer('length')
  fields.require(size === release.chunks.size, 'size', String(release.chunks.size))
  fields.require(length === release.length, 'length', String(release.length))
  const count = Math.ceil(length / size)
  const sha256s = fields.list('chunks', { min: count, max: count }, (items, index) =>
    items.sha256(index),
  )
  fields.refuseOthers()
  return { size, length, sha256s }
}

export function encodeChunkList(list: ChunkList): Uint8Array {
  return canonicalJson({ chunks: [...list.sha256s], length: list.length, size: list.size })
}
