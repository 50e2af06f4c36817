/** What a product is told about its owner's data: where it lies, and the key it lies under. */
import type { Settings } from '../settings.ts'
import { ensureDataKey } from './data-key.ts'

/** FLEETWARD_DATA and, for `file-key`, FLEETWARD_DATA_KEY_FILE; settings cannot set either. */
export async function withOwnersData(settings: Settings): Promise<Settings> {
  const { dataFolder, ownersData, productEnvironment } = settings
  const key =
    ownersData.method === 'file-key'
      ? { FLEETWARD_DATA_KEY_FILE: await ensureDataKey(dataFolder) }
      : {}
  return {
    ...settings,
    productEnvironment: { ...productEnvironment, FLEETWARD_DATA: ownersData.folder, ...key },
  }
}
