/** Where the settings say the data is. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabasePlace } from './adapters/sql/database.ts'
import type { Settings } from './settings.ts'

export async function databasePlaceOf({
  dataFolder,
  database,
}: Pick<Settings, 'dataFolder' | 'database'>): Promise<DatabasePlace> {
  if (database === undefined) return { file: join(dataFolder, 'fleetward.db') }
  const { url, passwordFile } = database
  if (passwordFile === undefined) return { url }
  return { url, password: (await readFile(passwordFile, 'utf8')).trim() }
}
