/**
 * The factory settings that the manufacturer's signature vouches for, found without a network: a
 * reset must bring back the secure defaults in a cellar as well (CRA Annex I, Part I (2)(b)).
 *
 * The newest signed metadata on the device comes first, then that of the factory pack. Its expiry does
 * not count: what expires is the right to install, not what the manufacturer once set (protocol §3.4).
 */
import { nodeDigests } from '@fleetward/platform'
import {
  codeOf,
  type FactorySettings,
  type Facts,
  parseFactorySettings,
  parseMetadata,
  type Root,
  requireSignedFor,
  SECURE_DEFAULTS,
  type SignatureVerifier,
  type TargetFile,
} from '@fleetward/shared'
import type { MetadataStore } from '../tuf/metadata-store.ts'
import { requireTargetFile } from '../tuf/target-file.ts'

export const FACTORY_SETTINGS_PATH = 'trust/factory-settings.json'

export interface SettingsEvidence {
  readonly verifier: SignatureVerifier
  readonly store: Pick<MetadataStore, 'load'>
  readonly pack: {
    readonly root: Uint8Array
    readonly targets: Uint8Array | undefined
    readonly factorySettings: Uint8Array | undefined
  }
  /** The file as it was last brought by TUF; undefined when there is none. */
  readonly brought: Uint8Array | undefined
}

export interface VouchedSettings {
  readonly settings: FactorySettings
  readonly from: 'repository' | 'pack' | 'secure-defaults'
  /** Why a copy that is there was not believed: worth an entry in the log. */
  readonly refused?: { readonly code: string; readonly facts: Facts }
}

/** Never rejects for what the copies hold: with none to believe, {@link SECURE_DEFAULTS} stand. */
export async function vouchedSettings(evidence: SettingsEvidence): Promise<VouchedSettings> {
  const { pack, brought, store } = evidence
  const listings = [
    { root: await store.load('root'), targets: await store.load('targets') },
    { root: pack.root, targets: pack.targets },
  ]
  let refused: VouchedSettings['refused']
  for (const listing of listings) {
    const { root = pack.root, targets } = listing
    if (targets === undefined) continue
    for (const [from, bytes] of [
      ['repository', brought],
      ['pack', pack.factorySettings],
    ] as const) {
      if (bytes === undefined) continue
      try {
        const listed = listedIn(targets, root, evidence.verifier)
        if (listed === undefined) continue
        requireTargetFile(bytes, listed, nodeDigests)
        return { settings: parseFactorySettings(bytes), from, ...present('refused', refused) }
      } catch (error) {
        const failure = codeOf(error)
        if (failure === undefined) throw error
        refused = failure
      }
    }
  }
  if (pack.factorySettings !== undefined) {
    // Nobody signed for a file of a pack without metadata.
    refused ??= { code: 'FACTORY_SETTINGS_INVALID', facts: { reason: 'nobody vouches for them' } }
  }
  return { settings: SECURE_DEFAULTS, from: 'secure-defaults', ...present('refused', refused) }
}

function listedIn(
  targets: Uint8Array,
  root: Uint8Array,
  verifier: SignatureVerifier,
): TargetFile | undefined {
  const trusted: Root = parseMetadata('root', root).signed
  const signed = parseMetadata('targets', targets)
  requireSignedFor(trusted, 'targets', signed, verifier)
  return signed.signed.targets.get(FACTORY_SETTINGS_PATH)
}

function present<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value }
}
