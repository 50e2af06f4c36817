/**
 * Every byte of a backup against its manifest, and the manifest against the key of the server that made it, before
 * anything is written anywhere. Whoever can change a backup where it is kept could otherwise put an account
 * of their own into the restored server.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { OuterKeys } from '../secrets/outer-keys.ts'
import { SealBrokenError, sealUnder } from '../secrets/seal.ts'
import { sealingKey } from '../secrets/sealing-key.ts'
import {
  type BackupManifest,
  digestOf,
  entriesOf,
  MANIFEST_MAX_BYTES,
  MANIFEST_NAME,
  manifestSchema,
  SEAL_PURPOSE,
} from './archive-manifest.ts'
import { bytesOf, entriesIn } from './archive-reader.ts'
import { decodeSegment } from './segment.ts'
import { ArchiveDamagedError } from './tar.ts'

/** The data keys are few and small. */
const SEALING_KEYS = 'sealing_keys'
const SEALING_KEYS_MAX_BYTES = 1024 * 1024

export async function verifyBackup(
  file: string,
  outer: Pick<OuterKeys, 'unwrap'>,
  progress: (line: string) => void,
): Promise<BackupManifest> {
  const seen = new Map<string, { length: number; sha256: string }>()
  let manifestBytes: Buffer | undefined
  let sealingKeys: Buffer | undefined
  for await (const entry of entriesIn(file)) {
    if (manifestBytes !== undefined)
      throw new ArchiveDamagedError('Something follows the manifest.')
    if (entry.name === MANIFEST_NAME) {
      manifestBytes = await bytesOf(entry, MANIFEST_MAX_BYTES)
      continue
    }
    if (seen.has(entry.name)) throw new ArchiveDamagedError(`${entry.name} is in it twice.`)
    const hash = createHash('sha256')
    const kept: Buffer[] | undefined = entry.name.startsWith(`tables/${SEALING_KEYS}/`)
      ? []
      : undefined
    if (kept !== undefined && entry.length > SEALING_KEYS_MAX_BYTES) {
      throw new ArchiveDamagedError(`${entry.name} is too long.`)
    }
    for await (const part of entry.parts()) {
      hash.update(part)
      kept?.push(part)
    }
    if (kept !== undefined) sealingKeys = Buffer.concat(kept)
    seen.set(entry.name, { length: entry.length, sha256: hash.digest('hex') })
    if (seen.size % 100 === 0) progress(`verified ${seen.size} parts`)
  }
  const manifest = parseManifest(manifestBytes)
  requireSame(manifest, seen)
  await requireSeal(manifest, sealingKeys, outer)
  return manifest
}

function parseManifest(bytes: Buffer | undefined): BackupManifest {
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(bytes?.toString('utf8') ?? ''))
    if (parsed.success) return parsed.data
  } catch {
    // Not even JSON.
  }
  throw new ArchiveDamagedError('The backup has no manifest that this server reads.')
}

/** Exactly what the manifest names, nothing less and nothing more. */
function requireSame(
  manifest: BackupManifest,
  seen: ReadonlyMap<string, { readonly length: number; readonly sha256: string }>,
): void {
  const entries = entriesOf(manifest)
  for (const { path, length, sha256 } of entries) {
    const found = seen.get(path)
    if (found === undefined) throw new ArchiveDamagedError(`${path} is missing.`)
    if (found.length !== length || found.sha256 !== sha256) {
      throw new ArchiveDamagedError(`${path} was changed.`)
    }
  }
  if (seen.size !== entries.length) {
    throw new ArchiveDamagedError('There is more in it than its manifest names.')
  }
}

async function requireSeal(
  manifest: BackupManifest,
  sealingKeys: Buffer | undefined,
  outer: Pick<OuterKeys, 'unwrap'>,
): Promise<void> {
  const table = manifest.tables.find(({ name }) => name === SEALING_KEYS)
  const at = {
    id: table?.columns.indexOf('id') ?? -1,
    wrapped: table?.columns.indexOf('wrapped') ?? -1,
  }
  if (table === undefined || sealingKeys === undefined || at.id < 0 || at.wrapped < 0) {
    throw new ArchiveDamagedError('The backup holds no keys of a server.')
  }
  const rows = await decodeSegment(sealingKeys, table.columns.length)
  const seal = sealUnder({
    current: () => Promise.reject(new Error('nothing is sealed here')),
    find: async (id) => {
      const row = rows.find((cells) => cells[at.id] === id)
      // Rejects with a sentence when the settings do not name the key it was made under.
      return row && sealingKey(await outer.unwrap(String(row[at.wrapped])))
    },
  })
  const { seal: sealed, ...unsealed } = manifest
  const digest = await seal.open(SEAL_PURPOSE, sealed).catch((error: unknown) => {
    if (error instanceof SealBrokenError) throw changedByOthers()
    throw error
  })
  const isSame = digest.length === 32 && timingSafeEqual(digest, digestOf(unsealed))
  if (!isSame) throw changedByOthers()
}

function changedByOthers(): ArchiveDamagedError {
  return new ArchiveDamagedError(
    'The manifest was not made by a server with this key: the backup was changed after it was made.',
  )
}
