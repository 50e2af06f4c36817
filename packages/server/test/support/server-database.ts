/**
 * Which engine the servers of a test file stand on. SQLite, unless the run asks for the other: the suite that
 * on-postgres.long.test.ts runs again is this one, word for word.
 */
import { copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabasePlace } from '../../src/adapters/sql/database.ts'
import { testPostgres } from './engines.ts'

/** Set to `postgres` by the run that wants it. */
export const ENGINE_VARIABLE = 'FLEETWARD_TEST_ENGINE'

const placeOfFolder = new Map<string, Promise<DatabasePlace>>()

/** The same again for the same data folder, so that a server can be stopped and started on it. */
export function databaseOf(folder: string): Promise<DatabasePlace> {
  const known = placeOfFolder.get(folder)
  if (known !== undefined) return known
  const place =
    process.env[ENGINE_VARIABLE] === 'postgres'
      ? testPostgres().then((postgres) => postgres.database())
      : Promise.resolve({ file: join(folder, 'fleetward.db') })
  placeOfFolder.set(folder, place)
  return place
}

/** The part of the settings file that names it. */
export async function databaseSettings(folder: string): Promise<{ database?: object }> {
  const place = await databaseOf(folder)
  if ('file' in place) return {}
  const passwordFile = join(folder, 'database-password')
  await writeFile(passwordFile, place.password ?? '', { mode: 0o600 })
  return { database: { url: place.url, passwordFile } }
}

/** A copy of it as it is; `restore` puts that back. Both only while no server runs on the folder. */
export async function copyOf(folder: string): Promise<{ restore(): Promise<void> }> {
  const place = await databaseOf(folder)
  if ('file' in place) {
    const copy = `${place.file}.copy`
    await copyFile(place.file, copy)
    return {
      restore: async () => {
        for (const rest of ['-wal', '-shm']) await rm(`${place.file}${rest}`, { force: true })
        await copyFile(copy, place.file)
      },
    }
  }
  const postgres = await testPostgres()
  const name = new URL(place.url).pathname.slice(1)
  await postgres.query(`CREATE DATABASE ${name}_copy TEMPLATE ${name}`)
  return {
    restore: async () => {
      await postgres.query(`DROP DATABASE ${name}`)
      await postgres.query(`CREATE DATABASE ${name} TEMPLATE ${name}_copy`)
    },
  }
}
