/**
 * `restore`: a verified backup into a server that has nothing yet. With SQLite the database gets its name last, so a
 * restore that was killed leaves nothing that a server would start on; with PostgreSQL it is one transaction.
 */
import { existsSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeDirectory, syncDirectory } from '@fleetward/platform'
import type { Kysely } from 'kysely'
import {
  connectDatabase,
  type DatabasePlace,
  openDatabase,
  type Tables,
} from '../adapters/sql/database.ts'
import { SqlSealingKeyStore } from '../adapters/sql/keys/sealing-key-store.ts'
import { migrations as known } from '../adapters/sql/migrations/list.ts'
import { executedMigrations, tablesInOrder } from '../adapters/sql/table-facts.ts'
import { countRows } from '../adapters/sql/table-rows.ts'
import type { BackupManifest } from '../backup/archive-manifest.ts'
import { prepareRestored } from '../backup/prepare-restored.ts'
import {
  type RestoreNeeds,
  requireKnownMigrations,
  restoreArtifacts,
  restoreTables,
} from '../backup/restore-backup.ts'
import { ArchiveDamagedError } from '../backup/tar.ts'
import { verifyBackup } from '../backup/verify-backup.ts'
import { databasePlaceOf } from '../database-place.ts'
import { openArtifacts } from '../open-artifacts.ts'
import { DataKeys } from '../secrets/data-keys.ts'
import { sealUnder } from '../secrets/seal.ts'
import { SealingKeyError } from '../secrets/wrapping.ts'
import { outerKeysOf } from '../server-seal.ts'
import type { Settings } from '../settings.ts'
import { type CommandContext, CommandRefused, requireText, type ServerCommand } from './command.ts'
import { QUIET, seldom } from './progress.ts'

export const restore: ServerCommand = {
  name: 'restore',
  usage: '--from FILE',
  summary: 'bring a backup back, into a data folder or database that has nothing yet',
  examples: [
    'restore --from /backup/fleetward-2026-11-21.tar --settings /etc/fleetward/server.json',
  ],
  options: { from: { type: 'string' } },
  run: async (context) => {
    try {
      await run(context, requireText(context.values, 'from', 'the backup'))
    } catch (error) {
      if (error instanceof ArchiveDamagedError) {
        throw new CommandRefused(`${error.message} Nothing was restored.`)
      }
      if (error instanceof SealingKeyError) throw new CommandRefused(error.message)
      throw error
    }
  },
}

async function run({ settings, note, write }: CommandContext, file: string): Promise<void> {
  const progress = seldom(note)
  const clock = { now: () => new Date() }
  const place = await databasePlaceOf(settings)
  await requireNothingThere(settings)
  if (!existsSync(file)) throw new CommandRefused(`There is no file ${file}.`)
  const outer = outerKeysOf(settings, process.env)
  if ((await outer.primary()) === undefined) {
    throw new CommandRefused(
      `The sealing key is missing: put the key that the backup was made under at ${outer.file}.`,
    )
  }
  note('Verifying every part of the backup …')
  const manifest = await verifyBackup(file, outer, progress)
  await requireKnownMigrations(Object.keys(known), manifest)

  await makeDirectory(settings.dataFolder)
  const artifacts = await openArtifacts(settings, clock, QUIET)
  const { restored, absent } = await restoreArtifacts(artifacts, {
    file,
    manifest,
    progress,
  }).finally(() => artifacts.stop())
  const prepare: Prepare = (connection) => {
    const keys = new DataKeys({
      stored: () => new SqlSealingKeyStore(connection).all(),
      unwrap: (wrapped) => outer.unwrap(wrapped),
    })
    const backedUpAt = manifest.createdAt
    return prepareRestored({ connection, seal: sealUnder(keys), clock, log: QUIET, backedUpAt })
  }
  const paused = await intoDatabase(place, prepare, { file, manifest, progress })

  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  const madeAt = new Date(manifest.createdAt * 1000).toISOString()
  write(`Restored what was backed up at ${madeAt}: ${rows} rows, ${restored} artifacts.\n`)
  if (absent > 0)
    note(
      `${absent} artifacts are missing: copy the artifact store, or publish from the desk again.`,
    )
  for (const rollout of paused)
    note(`paused: ${rollout}. Resume it when you know what happened since the backup.`)
  note(
    'What was published after the backup is published again from the desk: fleetward repository publish.',
  )
  note('Everybody signs in again; the file admin-token is made anew at the start.')
}

/** What a server makes. A key, settings and artifacts may be there: these go by their digests. */
const MADE_BY_SERVERS = ['fleetward.db', 'broker', 'ca', 'keys', 'tls', 'admin-token']

async function requireNothingThere({ dataFolder }: Settings): Promise<void> {
  const names = await readdir(dataFolder).catch(() => [])
  const found = names.filter((name) => MADE_BY_SERVERS.includes(name))
  if (found.length === 0) return
  throw new CommandRefused(
    `${dataFolder} has a server already (${found.join(', ')}). Restore into an empty folder, or move these away.`,
  )
}

/** What has to be done on the rows before a server may start on them. */
type Prepare = (connection: Kysely<Tables>) => Promise<readonly string[]>

async function intoDatabase(
  place: DatabasePlace,
  prepare: Prepare,
  needs: RestoreNeeds,
): Promise<readonly string[]> {
  if ('url' in place) {
    await requireEmptyDatabase(place, needs.manifest)
    return fill(place, prepare, needs)
  }
  const unfinished = `${place.file}.restoring`
  const remove = async () => {
    for (const rest of ['', '-wal', '-shm']) await rm(`${unfinished}${rest}`, { force: true })
  }
  await remove()
  try {
    const result = await fill({ file: unfinished }, prepare, needs)
    await rename(unfinished, place.file)
    await syncDirectory(dirname(place.file))
    return result
  } catch (error) {
    await remove()
    throw error
  }
}

async function fill(
  place: DatabasePlace,
  prepare: Prepare,
  needs: RestoreNeeds,
): Promise<readonly string[]> {
  const { migrations } = needs.manifest
  const isCurrent = Object.keys(known).every((name) => migrations.includes(name))
  const rows = await openDatabase(place, isCurrent ? undefined : migrations.toSorted().at(-1))
  try {
    const result = await rows.transaction().execute(async (transaction) => {
      await restoreTables(transaction, needs)
      return isCurrent ? prepare(transaction) : undefined
    })
    if (result !== undefined) return result
  } finally {
    await rows.destroy()
  }
  // Of an older server: its rows are brought to the tables of today first.
  const connection = await openDatabase(place)
  try {
    return await prepare(connection)
  } finally {
    await connection.destroy()
  }
}

async function requireEmptyDatabase(
  place: DatabasePlace,
  { migrations }: BackupManifest,
): Promise<void> {
  const connection = connectDatabase(place)
  try {
    const facts = await tablesInOrder(connection)
    if (facts.length === 0) return
    const strange = (await executedMigrations(connection)).some(
      (name) => !migrations.includes(name),
    )
    let rows = 0
    for (const { name } of facts) {
      if (['products', 'accounts', 'server_keys', 'sealing_keys'].includes(name)) {
        rows += await countRows(connection, name)
      }
    }
    if (rows === 0 && !strange) return
    throw new CommandRefused('The database has a server already. Restore into an empty one.')
  } finally {
    await connection.destroy()
  }
}
