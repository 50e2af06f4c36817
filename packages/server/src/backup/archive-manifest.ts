/** What a backup says of itself, as its last entry: every other entry by length and digest. */
import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '@fleetward/shared'
import { z } from 'zod'

export const FORMAT = 'fleetward-backup/1' as const
export const MANIFEST_NAME = 'manifest.json'
export const MANIFEST_MAX_BYTES = 64 * 1024 * 1024
/** What the digest of the manifest is sealed for. */
export const SEAL_PURPOSE = 'backup'

const word = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)

const entrySchema = z.strictObject({ path: z.string().max(100), length: count, sha256: digest })

export const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Seconds since 1970. */
  createdAt: count,
  engine: z.enum(['sqlite', 'postgres']),
  migrations: z.array(z.string().max(200)).min(1).max(1000),
  /** In the order in which they go back in. */
  tables: z
    .array(
      z.strictObject({
        name: word,
        columns: z.array(word).min(1).max(200),
        rows: count,
        segments: z.array(entrySchema),
      }),
    )
    .min(1)
    .max(1000),
  /** Everything published metadata lists; `isIncluded` says whether its bytes are in the archive. */
  artifacts: z.array(z.strictObject({ sha256: digest, length: count, isIncluded: z.boolean() })),
  /** The digest of all the above, sealed: only a server that has the key of this one could have made it. */
  seal: z.string().max(1000),
})

export type BackupManifest = z.output<typeof manifestSchema>
export type ManifestTable = BackupManifest['tables'][number]
export type Unsealed = Omit<BackupManifest, 'seal'>

export function digestOf(manifest: Unsealed): Uint8Array {
  return createHash('sha256')
    .update(canonicalJson(manifest as unknown as Json))
    .digest()
}

export function segmentPath(table: string, number: number): string {
  return `tables/${table}/${String(number).padStart(6, '0')}.jsonl.gz`
}

export function artifactPath(sha256: string): string {
  return `artifacts/${sha256}`
}

/** All entries that the archive has beside the manifest, in order. */
export function entriesOf(manifest: BackupManifest): readonly z.output<typeof entrySchema>[] {
  return [
    ...manifest.tables.flatMap(({ segments }) => segments),
    ...manifest.artifacts
      .filter(({ isIncluded }) => isIncluded)
      .map(({ sha256, length }) => ({ path: artifactPath(sha256), length, sha256 })),
  ]
}
