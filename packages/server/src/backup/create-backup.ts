/**
 * A backup of a server that runs: the whole database as it was at one moment, read in one snapshot beside everybody
 * else's work, and what published metadata lists. Keys are in it as the database has them: sealed.
 */
import type { Transaction } from 'kysely'
import { connectDatabase, type DatabasePlace, type Tables } from '../adapters/sql/database.ts'
import { engineOf } from '../adapters/sql/engine.ts'
import { executedMigrations, type TableFacts, tablesInOrder } from '../adapters/sql/table-facts.ts'
import { rowsOf } from '../adapters/sql/table-rows.ts'
import { partsOf } from '../artifacts/stored-parts.ts'
import type { ArtifactStore } from '../ports.ts'
import type { Seal } from '../secrets/seal.ts'
import {
  artifactPath,
  type BackupManifest,
  digestOf,
  FORMAT,
  MANIFEST_NAME,
  type ManifestTable,
  SEAL_PURPOSE,
  segmentPath,
  type Unsealed,
} from './archive-manifest.ts'
import { ArchiveWriter, type WrittenEntry } from './archive-writer.ts'
import { encodeRow, encodeSegment, SEGMENT_BYTES } from './segment.ts'

export interface BackupNeeds {
  readonly place: DatabasePlace
  readonly seal: Seal
  readonly artifacts: ArtifactStore
  /** The archive; nothing may be there. */
  readonly file: string
  readonly withArtifacts: boolean
  /** Seconds since 1970. */
  readonly now: number
  /** In words, often. */
  progress(line: string): void
}

export async function createBackup(needs: BackupNeeds): Promise<BackupManifest> {
  const { place, file, now } = needs
  const connection = connectDatabase(place)
  try {
    const archive = await ArchiveWriter.create(file, now)
    try {
      // SQLite's transaction is a snapshot from its first read on, whatever others write (WAL).
      const manifest = await connection
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((snapshot) => writeArchive(snapshot, archive, needs))
      await archive.finish()
      return manifest
    } catch (error) {
      await archive.abandon()
      throw error
    }
  } finally {
    await connection.destroy()
  }
}

async function writeArchive(
  snapshot: Transaction<Tables>,
  archive: ArchiveWriter,
  needs: BackupNeeds,
): Promise<BackupManifest> {
  const migrations = await executedMigrations(snapshot)
  const facts = await tablesInOrder(snapshot)
  const tables: ManifestTable[] = []
  for (const [i, table] of facts.entries()) {
    const written = await writeTable(snapshot, archive, table)
    tables.push(written)
    needs.progress(`table ${i + 1} of ${facts.length}: ${table.name}, ${written.rows} rows`)
  }
  const unsealed: Unsealed = {
    ...{ format: FORMAT, createdAt: needs.now, engine: engineOf(snapshot), tables },
    migrations: [...migrations],
    artifacts: await writeArtifacts(snapshot, archive, needs),
  }
  const seal = await needs.seal.seal(SEAL_PURPOSE, digestOf(unsealed))
  const manifest: BackupManifest = { ...unsealed, seal }
  await archive.add(MANIFEST_NAME, new TextEncoder().encode(JSON.stringify(manifest)))
  return manifest
}

async function writeTable(
  snapshot: Transaction<Tables>,
  archive: ArchiveWriter,
  table: TableFacts,
): Promise<ManifestTable> {
  const segments: WrittenEntry[] = []
  let lines: string[] = []
  let length = 0
  let rows = 0
  const flush = async () => {
    if (lines.length === 0) return
    const path = segmentPath(table.name, segments.length + 1)
    segments.push(await archive.add(path, await encodeSegment(lines)))
    lines = []
    length = 0
  }
  for await (const page of rowsOf(snapshot, table)) {
    for (const row of page) {
      const line = encodeRow(row)
      lines.push(line)
      length += line.length
      rows += 1
      if (length >= SEGMENT_BYTES) await flush()
    }
  }
  await flush()
  return { name: table.name, columns: [...table.columns], rows, segments }
}

/** Archives of dossiers, and declarations as they were signed: kept for ten years, and nowhere else. */
async function documentsOf(snapshot: Transaction<Tables>) {
  const dossiers = await snapshot.selectFrom('dossiers').select('built').execute()
  const declarations = await snapshot.selectFrom('declarations').select('content').execute()
  return [
    ...dossiers.map(({ built }) => (built === null ? undefined : JSON.parse(built))),
    ...declarations.map(({ content }) => JSON.parse(content).document),
  ].flatMap((file: { sha256: string; length: number } | undefined) =>
    file === undefined ? [] : [{ sha256: file.sha256, length: file.length }],
  )
}

async function writeArtifacts(
  snapshot: Transaction<Tables>,
  archive: ArchiveWriter,
  { artifacts, withArtifacts, progress }: BackupNeeds,
): Promise<BackupManifest['artifacts']> {
  const listed = await snapshot
    .selectFrom('target_files')
    .select(['sha256', 'length'])
    .union(snapshot.selectFrom('evidence').select(['sha256', 'length']))
    .orderBy('sha256')
    .execute()
  const known = new Set(listed.map(({ sha256 }) => sha256))
  for (const file of await documentsOf(snapshot)) {
    if (!known.has(file.sha256)) listed.push(file)
    known.add(file.sha256)
  }
  const written: BackupManifest['artifacts'] = []
  for (const [i, { sha256, length }] of listed.entries()) {
    const stored = withArtifacts ? await artifacts.find(sha256) : undefined
    if (stored !== undefined) {
      const entry = await archive.addStream(artifactPath(sha256), length, partsOf(stored))
      if (entry.sha256 !== sha256) {
        throw new Error(`The stored artifact ${sha256} is damaged; look at the disk.`)
      }
      progress(`artifact ${i + 1} of ${listed.length}: ${length} bytes`)
    }
    written.push({ sha256, length, isIncluded: stored !== undefined })
  }
  return written
}
