/**
 * A verified backup becomes the database and the artifacts of a server that has neither. Until the last row is in,
 * there is nothing that a server would start on.
 */
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Tables } from '../adapters/sql/database.ts'
import { type TableFacts, tablesInOrder } from '../adapters/sql/table-facts.ts'
import { continueNumbers, emptyTable, insertRows, type Row } from '../adapters/sql/table-rows.ts'
import type { ArtifactIntake } from '../artifacts/artifact-intake.ts'
import { artifactPath, type BackupManifest, type ManifestTable } from './archive-manifest.ts'
import { bytesOf, entriesIn, type ReadEntry } from './archive-reader.ts'
import { decodeSegment } from './segment.ts'
import { ArchiveDamagedError } from './tar.ts'

const SEGMENT_FILE_MAX_BYTES = 64 * 1024 * 1024

export interface RestoreNeeds {
  readonly file: string
  readonly manifest: BackupManifest
  progress(line: string): void
}

/** In one transaction of the caller, on empty tables of exactly the migrations that the backup has. */
export async function restoreTables(
  database: Kysely<Tables>,
  { file, manifest, progress }: RestoreNeeds,
): Promise<void> {
  const facts = await tablesInOrder(database)
  requireSameTables(facts, manifest)
  // What migrations put in: the backup has rows of its own for it.
  for (const { name } of facts.toReversed()) await emptyTable(database, name)
  const waiting = new Map(manifest.tables.map((table) => [table.name, table]))
  let current: Restoring | undefined
  const finish = async () => {
    if (current === undefined) return
    await current.finish()
    waiting.delete(current.table.name)
    progress(`${current.table.name}: ${current.rows} rows`)
  }
  // The archive has the tables in the order in which they go in.
  for await (const entry of entriesIn(file)) {
    const [folder, name] = entry.name.split('/')
    if (folder !== 'tables' || name === undefined) continue
    if (current?.table.name !== name) {
      await finish()
      current = restoringOf(database, waiting.get(name), facts)
    }
    await current.take(entry)
  }
  await finish()
  const missing = [...waiting.values()].find(({ rows }) => rows > 0)
  if (missing !== undefined) throw new ArchiveDamagedError(`Rows of ${missing.name} are missing.`)
  for (const table of facts) await continueNumbers(database, table)
}

/** Returns how many the backup names and does not have. */
export async function restoreArtifacts(
  artifacts: ArtifactIntake,
  { file, manifest, progress }: RestoreNeeds,
): Promise<{ readonly restored: number; readonly absent: number }> {
  const included = new Map(
    manifest.artifacts
      .filter(({ isIncluded }) => isIncluded)
      .map((artifact) => [artifactPath(artifact.sha256), artifact]),
  )
  let restored = 0
  for await (const entry of entriesIn(file)) {
    const artifact = included.get(entry.name)
    if (artifact === undefined) continue
    await artifacts.receive(entry.parts(), artifact)
    restored += 1
    progress(`artifact ${restored} of ${included.size}`)
  }
  let absent = 0
  for (const { sha256, isIncluded } of manifest.artifacts) {
    if (!isIncluded && (await artifacts.find(sha256)) === undefined) absent += 1
  }
  return { restored, absent }
}

export async function requireKnownMigrations(
  known: readonly string[],
  { migrations }: BackupManifest,
): Promise<void> {
  const strange = migrations.find((name) => !known.includes(name))
  if (strange === undefined) return
  throw new ArchiveDamagedError(
    `The backup was made by a newer server (${strange}). Restore it with that version or a later one.`,
  )
}

interface Restoring {
  readonly table: ManifestTable
  readonly rows: number
  take(entry: ReadEntry): Promise<void>
  finish(): Promise<void>
}

function restoringOf(
  database: Kysely<Tables>,
  table: ManifestTable | undefined,
  facts: readonly TableFacts[],
): Restoring {
  const known = facts.find(({ name }) => name === table?.name)
  if (table === undefined || known === undefined) {
    throw new ArchiveDamagedError('The tables of the backup are not in their order.')
  }
  const target = { name: table.name, columns: table.columns }
  const segments = new Map(table.segments.map((segment) => [segment.path, segment]))
  /** Rows that name rows of their own table go in once all are there. */
  const held: Row[] = []
  let rows = 0
  return {
    table,
    get rows() {
      return rows
    },
    take: async (entry) => {
      const bytes = await bytesOf(entry, SEGMENT_FILE_MAX_BYTES)
      // The file may be another one than was verified, or on a disk where others write.
      const { length, sha256 } = segments.get(entry.name) ?? {}
      const digest = createHash('sha256').update(bytes).digest('hex')
      if (length !== bytes.length || sha256 !== digest) {
        throw new ArchiveDamagedError(`${entry.name} was changed.`)
      }
      const decoded = await decodeSegment(bytes, table.columns.length)
      rows += decoded.length
      if (known.selfReference === undefined) await insertRows(database, target, decoded)
      else held.push(...decoded)
    },
    finish: async () => {
      if (rows !== table.rows) throw new ArchiveDamagedError(`Rows of ${table.name} are missing.`)
      for (const generation of inGenerations(held, table, known)) {
        await insertRows(database, target, generation)
      }
    },
  }
}

/** A row after the one that it names. */
function* inGenerations(
  rows: readonly Row[],
  { name, columns }: ManifestTable,
  { selfReference }: TableFacts,
): Generator<readonly Row[]> {
  if (selfReference === undefined || rows.length === 0) return
  const from = columns.indexOf(selfReference.column)
  const to = columns.indexOf(selfReference.to)
  const there = new Set<unknown>([null])
  let waiting = rows
  while (waiting.length > 0) {
    const ready = waiting.filter((row) => there.has(row[from]))
    if (ready.length === 0)
      throw new ArchiveDamagedError(`Rows of ${name} name rows that are not there.`)
    waiting = waiting.filter((row) => !there.has(row[from]))
    for (const row of ready) there.add(row[to])
    yield ready
  }
}

function requireSameTables(facts: readonly TableFacts[], { tables }: BackupManifest): void {
  const here = facts.map(({ name, columns }) => `${name}(${columns.toSorted().join()})`)
  const there = tables.map(({ name, columns }) => `${name}(${columns.toSorted().join()})`)
  if (here.toSorted().join() === there.toSorted().join()) return
  throw new ArchiveDamagedError('The backup has other tables than a database of its migrations.')
}
