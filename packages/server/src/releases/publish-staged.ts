/**
 * Makes staged metadata current, with everything that follows from it: files, releases, rollouts that
 * can go on no longer, the snapshot and timestamp that say so. Inside one transaction, so that a device
 * meets all of it or nothing.
 */
import type { SignatureVerifier } from '@fleetward/shared'
import type { Logger } from 'pino'
import { type Actor, SERVER_ACTOR } from '../accounts/actor.ts'
import { readStored } from '../artifacts/stored-file.ts'
import { type Gatekeeper, NOBODY_ASKS } from '../gate/gatekeeper.ts'
import type { ArtifactStore, Clock } from '../ports.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { OnlineKeys } from '../publishing/online-keys.ts'
import { signState } from '../publishing/repository-state.ts'
import { withdrawRollouts } from '../rollouts/withdraw-rollouts.ts'
import { settleProductKeys } from '../server-keys/settle-keys.ts'
import type { Stores } from '../stores.ts'
import type { ListedFile, Listing, ListingOptions } from './listing.ts'
import { choosePublication } from './publication.ts'
import { rolesToSignAnew } from './repository.ts'
import { currentFiles, listingOf, parseUploaded, stagedFiles } from './repository-files.ts'
import { UPLOADED_ROLES, type UploadedRole } from './role.ts'
import { requireUnchangedReleases } from './verify-upload.ts'

export interface PublishNeeds {
  readonly artifacts: ArtifactStore
  readonly keys: OnlineKeys
  readonly manifests: Manifests
  readonly verifier: SignatureVerifier
  readonly clock: Clock
  readonly log: Logger
}

/** What is staged, whole, fresh and let through its gate becomes what devices get. Returns the roles it did so for. */
export async function publishStaged(
  stores: Stores,
  options: ListingOptions,
  needs: PublishNeeds,
  actor: Actor = SERVER_ACTOR,
  gatekeeper: Pick<Gatekeeper, 'admits'> = NOBODY_ASKS,
): Promise<readonly UploadedRole[]> {
  const { product } = options
  const { verifier, clock, artifacts, keys } = needs
  const now = clock.now()
  const staged = await stagedFiles(stores, product)
  const complete = new Set<UploadedRole>()
  for (const role of UPLOADED_ROLES) {
    const bytes = staged[role]
    // What expired while it waited would block every device.
    if (bytes === undefined || parseUploaded(role, bytes).signed.expires <= now) continue
    const listing = listingOf(role, bytes, options)
    if ((await missingFiles(stores, product, listing, artifacts)).length > 0) continue
    if (await gatekeeper.admits(stores, product, listing.releases)) complete.add(role)
  }
  const chosen = choosePublication(await currentFiles(stores, product), staged, {
    isComplete: (role) => complete.has(role),
    isRepository: (files) => rolesToSignAnew(files, verifier).length === 0,
  })
  for (const role of chosen) {
    const bytes = staged[role]
    if (bytes !== undefined) await publish(stores, role, bytes, options, { ...needs, actor })
  }
  if (chosen.length > 0) {
    // With the keys that the new metadata names, from this publication on.
    const read = (sha256: string) => readStored(artifacts, sha256)
    await settleProductKeys({ ...stores, read }, product, Math.floor(now.getTime() / 1000))
    await signState(stores.metadata, product, await keys.repositoryKeys(stores, product), now)
  }
  return chosen
}

/**
 * Bytes that lie in the store and nobody brought to this product are missing all the same: evidence, which is not read as
 * an SBOM, and what another product has, which is not this one's to give away.
 */
export async function missingFiles(
  stores: Pick<Stores, 'files'>,
  product: string,
  { files }: Listing,
  artifacts: ArtifactStore,
): Promise<readonly ListedFile[]> {
  const notBrought = new Set(await stores.files.notBrought(product, files))
  const missing: ListedFile[] = []
  for (const file of files) {
    const isThere = !notBrought.has(file) && (await artifacts.find(file.sha256)) !== undefined
    if (!isThere) missing.push(file)
  }
  return missing
}

async function publish(
  stores: Stores,
  role: UploadedRole,
  bytes: Uint8Array,
  options: ListingOptions,
  { clock, manifests, log, actor }: PublishNeeds & { readonly actor: Actor },
): Promise<void> {
  const { product } = options
  const now = clock.now()
  const seconds = Math.floor(now.getTime() / 1000)
  const { version, expires } = parseUploaded(role, bytes).signed
  await stores.metadata.publish(product, { role, version, bytes, expires }, now)
  log.info({ event: 'metadata-published', product, role, version })
  await stores.audit.append({
    ...{ at: seconds, actor, action: 'metadata.published', product },
    ...{ subject: `metadata/${role}`, outcome: 'done', after: { version } },
  })
  if (role === 'root') return
  const listing = listingOf(role, bytes, options)
  await stores.files.add(product, listing.files, seconds)
  if (role === 'targets') return
  // Once more: the other role may have published the same version since this was staged.
  await requireUnchangedReleases(stores, product, listing)
  await tellOfNew(stores, product, listing, { at: seconds, actor })
  const gone = await stores.releases.list(product, role, listing.releases, seconds)
  // No device could verify them any more; an offer would only end in an error there.
  for (const release of gone) await withdrawRollouts(stores, manifests, product, release, seconds)
}

/** Before they are listed: what is known by then is not new. */
async function tellOfNew(
  { releases, audit, events }: Stores,
  product: string,
  listing: Listing,
  { at, actor }: { readonly at: number; readonly actor: Actor },
): Promise<void> {
  for (const { release } of listing.releases) {
    const { version, kind, securityCounter, sha256 } = release
    if ((await releases.find(product, version)) !== undefined) continue
    await audit.append({
      ...{ at, actor, action: 'release.published', product, subject: `release/${version}` },
      ...{ outcome: 'done', after: { kind, securityCounter, sha256 } },
    })
    await events.add({ at, type: 'release.published', product, data: { version, kind } })
  }
}
