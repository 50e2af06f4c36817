/** What of a product's metadata is published and what waits, and the published files themselves. */
import { ARTIFACT_LENGTH_MAX_BYTES, type SignatureVerifier } from '@fleetward/shared'
import { Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import type { ArtifactStore } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import { inMetadataFile } from './metadata-api.ts'
import type { StagedMetadata } from './metadata-store.ts'
import { missingFiles } from './publish-staged.ts'
import { rolesToSignAnew } from './repository.ts'
import { currentFiles, listingOf, parseUploaded, stagedFiles } from './repository-files.ts'
import { parseMetadataFileName, type Role, UPLOADED_ROLES } from './role.ts'
import { signersOf } from './signing-state.ts'

const ROLES: readonly Role[] = [...UPLOADED_ROLES, 'snapshot', 'timestamp']

export interface MetadataRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly verifier: SignatureVerifier
}

export function metadataRoutes(needs: MetadataRoutesNeeds): Router {
  const { database } = needs
  const routes = Router({ mergeParams: true })

  routes.get('/metadata', async (request, response) => {
    response.json(await signingState(needs, permitOf(request).product))
  })

  routes.get('/metadata/files/:file', async (request, response) => {
    const { product } = permitOf(request)
    const { file } = parseRequest(inMetadataFile, { ...request.params, product })
    const name = parseMetadataFileName(file)
    const bytes =
      name === undefined
        ? undefined
        : name.version === undefined
          ? (await database.metadata.current(product, name.role))?.bytes
          : await database.metadata.find(product, name.role, name.version)
    if (bytes === undefined) {
      throw new HttpError(404, 'NO_SUCH_METADATA', 'The product has no such published metadata')
    }
    // No JSON to whoever reads it: signatures are over these very bytes.
    response.set('X-Content-Type-Options', 'nosniff')
    response.type('application/octet-stream').send(Buffer.from(bytes))
  })

  return routes
}

async function signingState(needs: MetadataRoutesNeeds, product: string) {
  const { database, verifier } = needs
  const published = await currentFiles(database, product)
  const staged = await stagedFiles(database, product)
  // What waits is held to what would be published with it: keys that a new root names count already.
  const toCome = { ...published, ...staged }
  const roles: object[] = []
  for (const role of ROLES) {
    const current = await database.metadata.current(product, role)
    if (current === undefined) continue
    const { version, bytes, expires } = current
    roles.push({
      ...{ role, state: 'published', version, expires: secondsAt(expires) },
      signers: signersOf(published, role, bytes, verifier),
      ...{ missing: [], versions: [] },
    })
  }
  for (const { role, version, bytes } of await database.metadata.staged(product)) {
    const { expires } = parseUploaded(role, bytes).signed
    roles.push({
      ...{ role, state: 'waiting', version, expires: secondsAt(expires) },
      signers: signersOf(toCome, role, bytes, verifier),
      ...(await whatWaits(needs, database, product, { role, bytes })),
    })
  }
  const signAnew = Object.keys(staged).length === 0 ? [] : rolesToSignAnew(toCome, verifier)
  return { roles, signAnew }
}

const secondsAt = (date: Date) => Math.floor(date.getTime() / 1000)

async function whatWaits(
  { artifacts }: MetadataRoutesNeeds,
  stores: Stores,
  product: string,
  { role, bytes }: Pick<StagedMetadata, 'role' | 'bytes'>,
) {
  // This server's own limit was asked for when it was taken in.
  const limits = { product, artifactMaxBytes: ARTIFACT_LENGTH_MAX_BYTES }
  const listing = listingOf(role, bytes, limits)
  const missing = await missingFiles(stores, product, listing, artifacts)
  const versions: string[] = []
  for (const { release } of listing.releases) {
    const isPublished = (await stores.releases.find(product, release.version)) !== undefined
    if (!isPublished) versions.push(release.version)
  }
  return {
    missing: missing.map(({ path, sha256, length }) => ({ path, sha256, length })),
    versions,
  }
}
