/**
 * How a release gets in. Signed metadata comes first and is verified against the product's own root; it
 * says which files may come and how long they are. Metadata waits ("staged") until its files are there
 * and then becomes current in one transaction, together with the snapshot and timestamp that say so.
 *
 * A crash between any two steps loses nothing: what is staged and what is on disk is looked at again by
 * {@link ReleaseIntake.settle} after every upload and at every start.
 */
import {
  METADATA_MAX_BYTES,
  parseMetadata,
  requireFresh,
  type SignatureVerifier,
  type Targets,
  TrustError,
} from '@fleetward/shared'
import type { ArtifactIntake } from '../artifacts/artifact-intake.ts'
import { RequestError } from '../http/problem.ts'
import type { Clock } from '../ports.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { OnlineKeys } from '../publishing/online-keys.ts'
import { signState } from '../publishing/repository-state.ts'
import { withdrawRollouts } from '../rollouts/withdraw-rollouts.ts'
import type { Database, Stores } from '../stores.ts'
import { isContentChecked, requireContent } from './file-content.ts'
import { type ListedFile, type Listing, listingOfRole, listingOfTargets } from './listing.ts'
import { requireOfflineDelegations, requireUsableRoot } from './online-role.ts'
import { choosePublication } from './publication.ts'
import {
  type RepositoryFiles,
  requireRoot,
  requireSignedIn,
  rolesToSignAnew,
} from './repository.ts'
import { UPLOADED_ROLES, type UploadedRole } from './role.ts'

export interface IntakeNeeds {
  readonly database: Database
  readonly artifacts: ArtifactIntake
  readonly keys: OnlineKeys
  readonly manifests: Manifests
  readonly verifier: SignatureVerifier
  readonly clock: Clock
  readonly artifactMaxBytes: number
}

export interface UploadAnswer {
  readonly role: UploadedRole
  readonly version: number
  readonly isPublished: boolean
  /** Files still to be uploaded. */
  readonly missing: readonly { path: string; sha256: string; length: number }[]
  /** Roles that have to be signed with the keys that this metadata names, and uploaded. */
  readonly signAnew: readonly UploadedRole[]
}

const NO_FILES: Listing = { releases: [], files: [] }

export class ReleaseIntake {
  readonly #needs: IntakeNeeds

  constructor(needs: IntakeNeeds) {
    this.#needs = needs
  }

  async uploadMetadata(
    product: string,
    role: UploadedRole,
    bytes: Uint8Array,
  ): Promise<UploadAnswer> {
    const { database, clock, manifests } = this.#needs
    const answer = await database.transaction(async (stores) => {
      const current = await stores.metadata.current(product, role)
      const { version } = parseUploaded(role, bytes).signed
      if (current !== undefined && equal(current.bytes, bytes)) {
        return { role, version, isPublished: true, missing: [], signAnew: [] }
      }
      requireNewVersion(role, current?.version, version)
      const listing = await this.#verify(stores, product, role, bytes)
      await requireUnchangedReleases(stores, product, listing)

      await stores.metadata.stage(product, { role, version, bytes }, clock.now())
      const published = await this.#publishWhatIsWhole(stores, product)
      if (published.includes(role)) {
        return { role, version, isPublished: true, missing: [], signAnew: [] }
      }
      const files = { ...(await currentFiles(stores, product)), [role]: bytes }
      return {
        role,
        version,
        isPublished: false,
        missing: (await this.#missing(listing)).map(({ path, sha256, length }) => {
          return { path, sha256, length }
        }),
        signAnew: rolesToSignAnew(files, this.#needs.verifier),
      }
    })
    manifests.publishSoon()
    return answer
  }

  /** Takes only bytes that verified metadata lists, and not one more than it says. */
  async uploadFile(
    product: string,
    sha256: string,
    body: AsyncIterable<Uint8Array>,
  ): Promise<{ sha256: string; length: number }> {
    const { artifacts, database } = this.#needs
    const listed = await this.#listedUnder(database, product, sha256)
    const [file] = listed
    if (file === undefined) {
      const message =
        'No metadata of this product lists a file with this digest. Upload the signed metadata first'
      throw new RequestError(404, 'UPLOAD_NOT_SIGNED', message, { facts: { sha256 } })
    }
    const checked = listed.filter(isContentChecked)
    const check = async (bytes: Uint8Array) => {
      for (const use of checked) await requireContent(use, bytes)
    }
    await artifacts.receive(body, file, checked.length > 0 ? check : undefined)
    await this.settle(product)
    return { sha256, length: file.length }
  }

  /** Publishes what has become whole. Repeating it changes nothing. */
  async settle(product: string): Promise<readonly UploadedRole[]> {
    const published = await this.#needs.database.transaction((stores) =>
      this.#publishWhatIsWhole(stores, product),
    )
    if (published.length > 0) this.#needs.manifests.publishSoon()
    return published
  }

  /** Signatures first: nothing that is not signed is read any further. */
  async #verify(
    stores: Stores,
    product: string,
    role: UploadedRole,
    bytes: Uint8Array,
  ): Promise<Listing> {
    const { verifier, clock } = this.#needs
    const online = await this.#onlineKeys(product)
    const published = await currentFiles(stores, product)
    if (role === 'root') {
      const root = parseMetadata('root', bytes)
      const previous = published.root && parseMetadata('root', published.root).signed
      requireRoot(root, previous, verifier)
      requireFresh(role, root.signed, clock.now())
      requireUsableRoot(root.signed, online)
      return NO_FILES
    }
    const metadata = parseMetadata('targets', bytes)
    const staged = { ...published, ...(await stagedFiles(stores, product)) }
    try {
      requireSignedIn(staged, role, metadata, verifier)
    } catch {
      // Not with the keys that are to come: then it must be with the present ones, and their error counts.
      requireSignedIn(published, role, metadata, verifier)
    }
    requireFresh(role, metadata.signed, clock.now())
    if (role === 'targets') requireOfflineDelegations(metadata.signed, online)
    return this.#listing(product, role, metadata.signed)
  }

  async #onlineKeys(product: string) {
    const timestamp = (await this.#needs.keys.key(product, 'timestamp')).publicKey
    const snapshot = (await this.#needs.keys.key(product, 'snapshot')).publicKey
    return { timestamp, snapshot }
  }

  #listing(product: string, role: Exclude<UploadedRole, 'root'>, targets: Targets): Listing {
    if (role === 'targets') return listingOfTargets(targets)
    const { artifactMaxBytes } = this.#needs
    return listingOfRole(role, targets, { product, artifactMaxBytes })
  }

  #listingOf(product: string, role: UploadedRole, bytes: Uint8Array): Listing {
    if (role === 'root') return NO_FILES
    return this.#listing(product, role, parseMetadata('targets', bytes).signed)
  }

  async #missing({ files }: Listing): Promise<readonly ListedFile[]> {
    const missing: ListedFile[] = []
    for (const file of files) {
      if ((await this.#needs.artifacts.find(file.sha256)) === undefined) missing.push(file)
    }
    return missing
  }

  /** Inside a transaction: what is staged, whole and still fresh becomes what devices get. */
  async #publishWhatIsWhole(stores: Stores, product: string): Promise<readonly UploadedRole[]> {
    const { verifier, clock } = this.#needs
    const staged = await stagedFiles(stores, product)
    const complete = new Set<UploadedRole>()
    for (const role of UPLOADED_ROLES) {
      const bytes = staged[role]
      if (bytes === undefined || !isFreshNow(role, bytes, clock.now())) continue
      const missing = await this.#missing(this.#listingOf(product, role, bytes))
      if (missing.length === 0) complete.add(role)
    }
    const chosen = choosePublication(await currentFiles(stores, product), staged, {
      isComplete: (role) => complete.has(role),
      isRepository: (files) => rolesToSignAnew(files, verifier).length === 0,
    })
    for (const role of chosen) await this.#publish(stores, product, role, staged)
    if (chosen.length > 0) await this.#signState(stores, product)
    return chosen
  }

  async #publish(
    stores: Stores,
    product: string,
    role: UploadedRole,
    staged: RepositoryFiles,
  ): Promise<void> {
    const bytes = staged[role] ?? new Uint8Array()
    const now = this.#needs.clock.now()
    const seconds = Math.floor(now.getTime() / 1000)
    const { version, expires } = parseUploaded(role, bytes).signed
    await stores.metadata.publish(product, { role, version, bytes, expires }, now)
    if (role === 'root') return
    const listing = this.#listingOf(product, role, bytes)
    await stores.files.add(product, listing.files, seconds)
    if (role === 'targets') return
    // Once more: the other role may have published the same version since this was staged.
    await requireUnchangedReleases(stores, product, listing)
    const gone = await stores.releases.list(product, role, listing.releases, seconds)
    // No device could verify them any more; an offer would only end in an error there.
    for (const release of gone) {
      await withdrawRollouts(stores, this.#needs.manifests, product, release, seconds)
    }
  }

  async #signState(stores: Stores, product: string): Promise<void> {
    const { keys, clock } = this.#needs
    const timestamp = await keys.key(product, 'timestamp')
    const snapshot = await keys.key(product, 'snapshot')
    await signState(stores.metadata, product, { timestamp, snapshot }, clock.now())
  }

  /** Every way in which staged or published metadata of the product lists this digest. */
  async #listedUnder(
    stores: Stores,
    product: string,
    sha256: string,
  ): Promise<readonly ListedFile[]> {
    const all = [await stagedFiles(stores, product), await currentFiles(stores, product)]
    return all.flatMap((files) =>
      UPLOADED_ROLES.flatMap((role) => {
        const bytes = files[role]
        if (bytes === undefined) return []
        const { files: listed } = this.#listingOf(product, role, bytes)
        return listed.filter((file) => file.sha256 === sha256)
      }),
    )
  }
}

function parseUploaded(role: UploadedRole, bytes: Uint8Array) {
  const type = role === 'root' ? 'root' : 'targets'
  if (bytes.length > METADATA_MAX_BYTES[type]) {
    const facts = { role, limit: METADATA_MAX_BYTES[type], seen: bytes.length }
    throw new TrustError('LENGTH_EXCEEDED', facts)
  }
  return parseMetadata(type, bytes)
}

/** TUF 5.5.5 as a device will check it. */
function requireNewVersion(role: UploadedRole, current: number | undefined, offered: number): void {
  if (current === undefined || offered > current) return
  if (offered < current) {
    throw new TrustError('VERSION_DECREASED', { role, trusted: current, offered })
  }
  const message = `Version ${offered} of ${role} is published with other bytes. Sign version ${offered + 1}`
  throw new RequestError(409, 'METADATA_EXISTS', message, { facts: { role, version: offered } })
}

/** A release once published never changes: what devices installed under a version is what it was. */
async function requireUnchangedReleases(
  stores: Stores,
  product: string,
  { releases }: Listing,
): Promise<void> {
  for (const { release, target } of releases) {
    const published = await stores.releases.find(product, release.version)
    if (published === undefined || published.target === target) continue
    const message = `Version ${release.version} is published with other contents. Give the release a new version`
    throw new RequestError(409, 'RELEASE_EXISTS', message, { facts: { version: release.version } })
  }
}

async function currentFiles(stores: Stores, product: string): Promise<RepositoryFiles> {
  const files: Partial<Record<UploadedRole, Uint8Array>> = {}
  for (const role of UPLOADED_ROLES) {
    const current = await stores.metadata.current(product, role)
    if (current !== undefined) files[role] = current.bytes
  }
  return files
}

async function stagedFiles(stores: Stores, product: string): Promise<RepositoryFiles> {
  const staged = await stores.metadata.staged(product)
  return Object.fromEntries(staged.map(({ role, bytes }) => [role, bytes]))
}

function isFreshNow(role: UploadedRole, bytes: Uint8Array, now: Date): boolean {
  return parseUploaded(role, bytes).signed.expires.getTime() > now.getTime()
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
