/** Releases as TUF vouches for them, from the network or from a bundle on the shelf. */
import { nodeVerifier } from '@fleetward/platform'
import { TufReleases } from '../adapters/tuf-releases.ts'
import { BundledReleases } from '../bundle/bundled-releases.ts'
import type { BundleTrust } from '../bundle/open-bundle.ts'
import type { HttpsClient } from '../connection/https-client.ts'
import type { DataFolders } from '../data-folder/folders.ts'
import type { FactoryPack } from '../enrolment/factory-pack.ts'
import { FileMetadataStore } from '../tuf/file-metadata-store.ts'
import { httpsMetadataSource } from '../tuf/metadata-source.ts'
import type { ReleaseOrigin } from '../tuf/release-origin.ts'
import { TufClient } from '../tuf/tuf-client.ts'

export interface OpenReleases {
  readonly releases: BundledReleases
  readonly trust: BundleTrust
  /** The network's when no bundle brought the release. */
  originOf(releasePath?: string): ReleaseOrigin
}

export function openReleases(options: {
  readonly pack: FactoryPack
  readonly folders: Pick<DataFolders, 'tuf' | 'trust'>
  readonly client: HttpsClient
  /** Milliseconds since 1970, never behind the clock's floor. */
  readonly now: () => number
}): OpenReleases {
  const { pack, folders, client, now } = options
  const { product } = pack
  const trust = {
    store: new FileMetadataStore(folders.tuf),
    trustFolder: folders.trust,
    factoryRoot: pack.root,
  }
  const network = {
    metadata: httpsMetadataSource(client, repositoryUrl(pack, 'metadata')),
    targets: httpsMetadataSource(client, repositoryUrl(pack, 'targets')),
  }
  const tuf = new TufClient({
    ...{ store: trust.store, source: network.metadata, verifier: nodeVerifier, now },
    factoryRoot: pack.root,
  })
  const { targets } = network
  const { trustFolder } = trust
  const releases = new BundledReleases(
    new TufReleases({ client: tuf, targets, product, trustFolder }),
  )
  return { releases, trust, originOf: (path = '') => releases.originOf(path) ?? network }
}

function repositoryUrl({ product, server }: FactoryPack, part: 'metadata' | 'targets'): string {
  return new URL(`/tuf/${product}/${part}/`, server.public).toString()
}
