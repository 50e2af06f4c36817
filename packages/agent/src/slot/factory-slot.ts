/**
 * Fills slot A in the factory, before the agent's first run. The artifact is trusted because of where
 * this happens, yet it passes the same strict code as every later one.
 */
import { isVersion, type SlotListing, TrustError } from '@fleetward/shared'
import { fillSlot } from './fill-slot.ts'

export interface FactorySlot {
  readonly artifactPath: string
  readonly slotsFolder: string
  readonly product: string
  readonly version: string
  readonly securityCounter: number
  readonly isReadable?: boolean
  /** From the file's name when left out. */
  readonly format?: string
}

export async function installFactorySlot(factory: FactorySlot): Promise<void> {
  const { artifactPath, slotsFolder, product, version, securityCounter } = factory
  if (!isVersion(version) || !Number.isSafeInteger(securityCounter) || securityCounter < 1) {
    throw new TrustError('RELEASE_INVALID', { version, securityCounter })
  }
  await fillSlot({
    ...{ slotsFolder, slot: 'A', isReadable: factory.isReadable ?? false },
    artifact: { path: artifactPath, format: factory.format ?? formatOfName(artifactPath) },
    record: { release: 'factory', version, securityCounter },
    requireListing: (listing: SlotListing) => {
      if (listing.product === product && listing.version === version) return
      throw new TrustError('ARTIFACT_INVALID', {
        expected: `${product} ${version}`,
        seen: `${listing.product} ${listing.version}`,
      })
    },
  })
}

function formatOfName(path: string): string {
  return /\.(tar\.(?:gz|zst))$/.exec(path)?.[1] ?? 'unknown'
}
