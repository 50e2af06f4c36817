/** The factory settings of this device, from its own folders: no network is asked. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SignatureVerifier } from '@fleetward/shared'
import { foldersIn } from '../data-folder/folders.ts'
import type { FactoryPack } from '../enrolment/factory-pack.ts'
import { FileMetadataStore } from '../tuf/file-metadata-store.ts'
import { type VouchedSettings, vouchedSettings } from './vouched-settings.ts'

export const FACTORY_SETTINGS_NAME = 'factory-settings.json'

export async function findFactorySettings(
  dataFolder: string,
  pack: Pick<FactoryPack, 'root' | 'targets' | 'factorySettings'>,
  verifier: SignatureVerifier,
): Promise<VouchedSettings> {
  const { tuf, trust } = foldersIn(dataFolder)
  const brought = await readFile(join(trust, FACTORY_SETTINGS_NAME)).catch(() => undefined)
  return vouchedSettings({ verifier, store: new FileMetadataStore(tuf), pack, brought })
}
