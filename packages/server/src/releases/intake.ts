/**
 * How a release gets in. Signed metadata comes first and is verified against the product's own root; it
 * says which files may come and how long they are. Metadata waits ("staged") until its files are there
 * and then becomes current in one transaction.
 *
 * A crash between any two steps loses nothing that was answered: what is staged and what is on disk is looked at again by
 * {@link ReleaseIntake.settle} after every upload and at every start.
 */
import { type Actor, SERVER_ACTOR } from '../accounts/actor.ts'
import type { ArtifactIntake } from '../artifacts/artifact-intake.ts'
import { ReadParts, requireStored } from '../artifacts/require-stored.ts'
import { leaveRelease } from '../findings/match-now.ts'
import { gateClosed } from '../gate/gate-closed.ts'
import { Gatekeeper, type Prepared } from '../gate/gatekeeper.ts'
import { prepared } from '../gate/prepare.ts'
import { HttpError } from '../http/problem.ts'
import { secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import { WorkQueue } from '../threads/work-queue.ts'
import { isContentChecked, requireContent } from './file-content.ts'
import type { ListedFile, Listing, ListingOptions } from './listing.ts'
import { missingFiles, type PublishNeeds, publishStaged } from './publish-staged.ts'
import { rolesToSignAnew } from './repository.ts'
import { currentFiles, listingOf, parseUploaded, stagedFiles } from './repository-files.ts'
import { UPLOADED_ROLES, type UploadedRole } from './role.ts'
import { stagedReleases } from './staged-releases.ts'
import { requireNewVersion, requireUnchangedReleases, verifyUpload } from './verify-upload.ts'

export interface IntakeNeeds extends PublishNeeds {
  readonly database: Database
  readonly artifacts: ArtifactIntake
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

type Taken = Pick<UploadAnswer, 'isPublished' | 'missing' | 'signAnew'>

/** Feeds that come in while a release is matched begin it anew; that many times. */
const GATE_TRIES = 3

export class ReleaseIntake {
  readonly #needs: IntakeNeeds
  /** Of files on their way in: each may be as large as an artifact, and an SBOM takes a thread. */
  readonly #uploads = new WorkQueue()

  constructor(needs: IntakeNeeds) {
    this.#needs = needs
  }

  async uploadMetadata(
    product: string,
    role: UploadedRole,
    bytes: Uint8Array,
    actor: Actor,
  ): Promise<UploadAnswer> {
    const { version } = parseUploaded(role, bytes).signed
    let gatekeeper = this.#gatekeeper(actor)
    let answer = await this.#needs.database.transaction(async (stores) => {
      const current = await stores.metadata.current(product, role)
      const isPublished = current !== undefined && Buffer.compare(current.bytes, bytes) === 0
      if (isPublished) return { isPublished, missing: [], signAnew: [] }
      requireNewVersion(role, current?.version, version)
      await stores.audit.append({
        ...{ at: this.#now(), actor, action: 'metadata.uploaded', product },
        ...{ subject: `metadata/${role}`, outcome: 'done', after: { version } },
      })
      return this.#takeIn(stores, product, { role, version, bytes, actor, gatekeeper })
    })
    const known = new Map<string, Prepared>()
    for (let tries = 1; gatekeeper.unprepared.length > 0; tries += 1) {
      for (const release of gatekeeper.unprepared) {
        const isLastTry = tries >= GATE_TRIES
        known.set(release.version, await prepared(this.#needs, product, release, isLastTry))
      }
      gatekeeper = this.#gatekeeper(actor, known)
      answer = await this.#publishAgain(product, { role, bytes, actor, gatekeeper })
    }
    await this.#followKeys(answer.isPublished ? [role] : [])
    this.#needs.manifests.publishSoon()
    const { releases } = listingOf(role, bytes, this.#options(product))
    const heldBack = gatekeeper.heldBack.filter((held) =>
      releases.some(({ release }) => release.version === held.version),
    )
    if (heldBack.length > 0) throw gateClosed(heldBack)
    return { role, version, ...answer }
  }

  /** Takes only bytes that verified metadata lists, and not one more than it says. */
  async uploadFile(
    product: string,
    sha256: string,
    body: AsyncIterable<Uint8Array>,
    actor: Actor,
  ): Promise<{ sha256: string; length: number }> {
    const { artifacts, database } = this.#needs
    const listed = await this.#listedUnder(database, product, sha256)
    const [file] = listed
    if (file === undefined) {
      const message =
        'No metadata of this product lists a file with this digest. Upload the signed metadata first'
      throw new HttpError(404, 'UPLOAD_NOT_SIGNED', message, { facts: { sha256 } })
    }
    const checked = listed.filter(isContentChecked)
    const isBrought = (await database.files.notBrought(product, listed)).length === 0
    await this.#uploads.holding(async ({ take }) => {
      const check = (bytes: Uint8Array) =>
        take(async () => {
          for (const use of checked) await requireContent(use, bytes)
        })
      const needed = checked.length > 0 ? check : undefined
      const parts = new ReadParts(body)
      await artifacts.receive(parts, file, needed)
      if (!parts.wereRead && !isBrought) await requireStored(artifacts, parts, file, needed)
    }, actor.id)
    const at = this.#now()
    await database.transaction(async ({ files, audit }) => {
      await files.bring(product, listed, at)
      await audit.append({
        ...{ at, actor, action: 'file.uploaded', product, subject: `file/${sha256}` },
        ...{ outcome: 'done', after: { path: file.path, length: file.length } },
      })
    })
    await this.settle(product, actor)
    return { sha256, length: file.length }
  }

  /** Publishes what has become whole. Repeating it changes nothing. */
  async settle(product: string, actor: Actor = SERVER_ACTOR): Promise<readonly UploadedRole[]> {
    const published = await this.#needs.database.transaction((stores) =>
      publishStaged(stores, this.#options(product), this.#needs, actor),
    )
    await this.#followKeys(published)
    if (published.length > 0) this.#needs.manifests.publishSoon()
    return published
  }

  /** Targets may name another director: what the one before has signed is signed anew. */
  async #followKeys(published: readonly UploadedRole[]): Promise<void> {
    if (published.includes('targets')) await this.#needs.manifests.renew()
  }

  async #takeIn(
    stores: Stores,
    product: string,
    {
      role,
      version,
      bytes,
      actor,
      gatekeeper,
    }: {
      role: UploadedRole
      version: number
      bytes: Uint8Array
      actor: Actor
      gatekeeper: Gatekeeper
    },
  ): Promise<Taken> {
    const { verifier, clock, keys } = this.#needs
    const now = clock.now()
    const online = {
      timestamp: await keys.publicKeys(stores, product, 'timestamp'),
      snapshot: await keys.publicKeys(stores, product, 'snapshot'),
    }
    const options = this.#options(product)
    const listing = await verifyUpload(stores, role, bytes, { verifier, online, now, options })
    await requireUnchangedReleases(stores, product, listing)
    await this.#leaveReplaced(stores, product, role, listing)
    await stores.metadata.stage(product, { role, version, bytes }, now)
    await publishStaged(stores, options, this.#needs, actor, gatekeeper)
    return this.#taken(stores, product, role, bytes)
  }

  async #publishAgain(
    product: string,
    by: { role: UploadedRole; bytes: Uint8Array; actor: Actor; gatekeeper: Gatekeeper },
  ): Promise<Taken> {
    const { role, bytes, actor, gatekeeper } = by
    const { taken, others } = await this.#needs.database.transaction(async (stores) => {
      const options = this.#options(product)
      const published = await publishStaged(stores, options, this.#needs, actor, gatekeeper)
      const others = published.filter((one) => one !== role)
      return { others, taken: await this.#taken(stores, product, role, bytes) }
    })
    await this.#followKeys(others)
    return taken
  }

  async #taken(
    stores: Stores,
    product: string,
    role: UploadedRole,
    bytes: Uint8Array,
  ): Promise<Taken> {
    const current = await currentFiles(stores, product)
    const now = current[role]
    if (now !== undefined && Buffer.compare(now, bytes) === 0) {
      return { isPublished: true, missing: [], signAnew: [] }
    }
    const { artifacts, verifier } = this.#needs
    const listing = listingOf(role, bytes, this.#options(product))
    const missing = await missingFiles(stores, product, listing, artifacts)
    return {
      isPublished: false,
      missing: missing.map(({ path, sha256, length }) => ({ path, sha256, length })),
      signAnew: rolesToSignAnew({ ...current, [role]: bytes }, verifier),
    }
  }

  /** What was found in releases that waited and wait no more, or have another SBOM now, is over. */
  async #leaveReplaced(
    stores: Stores,
    product: string,
    role: UploadedRole,
    { releases }: Listing,
  ): Promise<void> {
    for (const { version, role: of, sbom } of await stagedReleases(stores, product)) {
      if (of !== role) continue
      const now = releases.find(({ release }) => release.version === version)
      if (now?.release.sbom.sha256 === sbom.sha256) continue
      await leaveRelease(stores, product, version, this.#now())
    }
  }

  #gatekeeper(actor: Actor, known?: ReadonlyMap<string, Prepared>): Gatekeeper {
    return new Gatekeeper({ actor, now: this.#needs.clock.now() }, known)
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
        const { files: listed } = listingOf(role, bytes, this.#options(product))
        return listed.filter((file) => file.sha256 === sha256)
      }),
    )
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }

  #options(product: string): ListingOptions {
    return { product, artifactMaxBytes: this.#needs.artifactMaxBytes }
  }
}
