/**
 * The month that devices show their owners: `supportEndsOn` of the factory settings that the manufacturer signed
 * (protocol §3.5, CRA P-022). Only the signed bytes count; what a device would refuse it does not show.
 */
import {
  METADATA_MAX_BYTES,
  parseFactorySettings,
  parseMetadata,
  TRUST_FILE_LENGTH_MAX_BYTES,
  TrustError,
} from '@fleetward/shared'
import type { ArtifactStore } from '../ports.ts'
import type { Stores } from '../stores.ts'

const FACTORY_SETTINGS = 'trust/factory-settings.json'

export async function signedSupportEnd(
  { metadata }: Pick<Stores, 'metadata'>,
  artifacts: ArtifactStore,
  product: string,
): Promise<string | undefined> {
  const targets = await metadata.current(product, 'targets')
  if (targets === undefined || targets.bytes.length > METADATA_MAX_BYTES.targets) return undefined
  const file = parseMetadata('targets', targets.bytes).signed.targets.get(FACTORY_SETTINGS)
  const sha256 = file?.hashes.get('sha256')
  const stored = sha256 === undefined ? undefined : await artifacts.find(sha256)
  if (stored === undefined || stored.length > TRUST_FILE_LENGTH_MAX_BYTES) return undefined
  const reading = await stored.read(0, stored.length - 1)
  try {
    const bytes = Buffer.alloc(stored.length)
    let length = 0
    for (let more = -1; more !== 0 && length < bytes.length; length += more) {
      more = await reading.read(bytes.subarray(length))
    }
    return parseFactorySettings(bytes).supportEndsOn
  } catch (error) {
    if (error instanceof TrustError) return undefined
    throw error
  } finally {
    await reading.close()
  }
}
