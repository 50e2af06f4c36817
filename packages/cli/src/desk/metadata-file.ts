/**
 * Metadata files on the desk: read strictly, whoever wrote them (a draft comes back from another
 * person's machine), found by role and version, and written durably.
 */
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeDirectory, writeFileDurably } from '@fleetward/platform'
import {
  METADATA_MAX_BYTES,
  parseJson,
  parseMetadata,
  type Root,
  type SignedMetadata,
  type Targets,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import { type DeskFolder, isMissing, namesIn } from './desk-folder.ts'
import {
  OFFLINE_ROLES,
  type OfflineRole,
  type RootSigned,
  type TargetsSigned,
} from './signed-metadata.ts'

export type SignedOf<R extends OfflineRole> = R extends 'root' ? RootSigned : TargetsSigned

export interface MetadataFile<R extends OfflineRole = OfflineRole> {
  readonly path: string
  readonly role: R
  readonly bytes: Uint8Array
  /** As it is written, to draft the next version from. */
  readonly signed: SignedOf<R>
  /** The same, as every verifier reads it. */
  readonly metadata: SignedMetadata<R extends 'root' ? Root : Targets>
}

export async function readMetadataFile<R extends OfflineRole>(
  path: string,
  role: R,
): Promise<MetadataFile<R>> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    if (!isMissing(cause)) throw cause
    throw new Refusal('NO_SUCH_FILE', `There is no ${path}`, {
      next: 'Run `fleetward status` to see drafts and signed metadata.',
      cause,
    })
  })
  return { path, ...parseMetadataFile(bytes, role) }
}

/** The highest version that enough keys have signed; undefined before the first. */
export async function latestMetadata<R extends OfflineRole>(
  desk: DeskFolder,
  product: string,
  role: R,
): Promise<MetadataFile<R> | undefined> {
  const version = (await versionsIn(desk.metadata(product), role)).at(-1)
  if (version === undefined) return undefined
  return readMetadataFile(desk.metadataFile(product, role, version), role)
}

export async function requireSigned<R extends OfflineRole>(
  desk: DeskFolder,
  product: string,
  role: R,
): Promise<MetadataFile<R>> {
  await desk.requireProduct(product)
  const metadata = await latestMetadata(desk, product, role)
  if (metadata !== undefined) return metadata
  throw new Refusal(
    'NOT_SIGNED_YET',
    `The ${role} of ${product} is not signed by enough keys yet`,
    {
      next: `Run \`fleetward sign ${product}/${role}\` with each key that is still missing.`,
      facts: { product, role },
    },
  )
}

/** Every version that enough keys have signed, oldest first. */
export async function allMetadata<R extends OfflineRole>(
  desk: DeskFolder,
  product: string,
  role: R,
): Promise<MetadataFile<R>[]> {
  const versions = await versionsIn(desk.metadata(product), role)
  return Promise.all(
    versions.map((version) => readMetadataFile(desk.metadataFile(product, role, version), role)),
  )
}

/** What waits for signatures. There is at most one draft of a role. */
export async function findDraft<R extends OfflineRole>(
  desk: DeskFolder,
  product: string,
  role: R,
): Promise<MetadataFile<R> | undefined> {
  const version = (await versionsIn(desk.drafts(product), role)).at(-1)
  if (version === undefined) return undefined
  const path = desk.draftFile(product, role, version)
  return readMetadataFile(path, role).catch((error: unknown) => {
    // Whoever signs at the same desk took it over as signed in this moment.
    if (error instanceof Refusal && error.code === 'NO_SUCH_FILE') return undefined
    throw error
  })
}

export async function allDrafts(desk: DeskFolder, product: string): Promise<MetadataFile[]> {
  const drafts = await Promise.all(OFFLINE_ROLES.map((role) => findDraft(desk, product, role)))
  return drafts.filter((draft) => draft !== undefined)
}

export async function writeMetadataFile(path: string, bytes: Uint8Array): Promise<void> {
  await makeDirectory(dirname(path), 0o755)
  await writeFileDurably(path, bytes, { mode: 0o644 })
}

export function parseMetadataFile<R extends OfflineRole>(
  bytes: Uint8Array,
  role: R,
): Omit<MetadataFile<R>, 'path'> {
  const type = role === 'root' ? 'root' : 'targets'
  const metadata = parseMetadata(type, bytes) as MetadataFile<R>['metadata']
  // parseMetadata has checked the shape; the fields are read a second time to keep them as written.
  const { signed } = parseJson(bytes, METADATA_MAX_BYTES[type]) as unknown as {
    signed: SignedOf<R>
  }
  return { role, bytes, signed, metadata }
}

async function versionsIn(folder: string, role: OfflineRole): Promise<number[]> {
  const versions: number[] = []
  for (const name of await namesIn(folder)) {
    const match = /^([1-9]\d{0,8})\.([a-z]+)\.json$/.exec(name)
    if (match?.[2] === role) versions.push(Number(match[1]))
  }
  return versions.sort((a, b) => a - b)
}
