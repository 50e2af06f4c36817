/**
 * Brings signed metadata and the files it lists to the server (protocol §11). Repeating it is safe:
 * what is there already is not sent again, so after an interruption the same command goes on.
 */
import type { DeskFolder } from '../desk/desk-folder.ts'
import { allMetadata, type MetadataFile } from '../desk/metadata-file.ts'
import { OFFLINE_ROLES, type OfflineRole } from '../desk/signed-metadata.ts'
import { requireTargetFile } from '../desk/target-files.ts'
import { Refusal } from '../refusal.ts'
import type { ApiClient } from './api-client.ts'

interface Waiting {
  readonly version: number
  readonly missing?: readonly { path: string; sha256: string; length: number }[]
  readonly signAnew?: readonly string[]
}

export interface PublishedRole {
  readonly role: OfflineRole
  readonly version: number
  readonly uploadedFiles: number
}

export type PublishProgress = (path: string, sentBytes: number, length: number) => void

/** The newest signed metadata of each role, and every root there ever was, in the order of trust. */
export async function publish(
  desk: DeskFolder,
  product: string,
  roles: readonly OfflineRole[],
  client: ApiClient,
  onProgress: PublishProgress,
): Promise<PublishedRole[]> {
  const published: PublishedRole[] = []
  const uploads = new Map<OfflineRole, number>()
  const newest = new Map<OfflineRole, MetadataFile>()
  for (const role of OFFLINE_ROLES.filter((candidate) => roles.includes(candidate))) {
    const versions = await allMetadata(desk, product, role)
    const latest = versions.at(-1)
    if (latest === undefined) continue
    newest.set(role, latest)
    // A device walks from root to root (TUF 5.3), so none may be left out.
    if (role === 'root') await uploadOlderRoots(product, versions.slice(0, -1), client)
    const { missing = [] } = await upload(product, latest, client)
    for (const { path, sha256, length } of missing) {
      const file = await requireTargetFile(desk, product, path, { length, sha256 })
      await client.putFile(`/products/${product}/files/${sha256}`, {
        file,
        length,
        onProgress: (sent) => onProgress(path, sent, length),
      })
    }
    uploads.set(role, missing.length)
  }

  for (const [role, metadata] of newest) {
    const { version, missing, signAnew = [] } = await upload(product, metadata, client)
    if (missing === undefined) {
      published.push({ role, version, uploadedFiles: uploads.get(role) ?? 0 })
      continue
    }
    throw new Refusal(
      'NOT_PUBLISHED_YET',
      `${role} version ${version} is uploaded but not published`,
      {
        next:
          signAnew.length === 0
            ? 'Run the command again: files are missing on the server.'
            : `Its new keys have to sign ${signAnew.join(', ')} anew: \`fleetward repository renew\`, sign, publish again.`,
        facts: { role, version, signAnew: signAnew.join(',') },
      },
    )
  }
  return published
}

async function upload(
  product: string,
  metadata: MetadataFile,
  client: ApiClient,
): Promise<Waiting> {
  const { role, bytes } = metadata
  return (await client.putBytes(`/products/${product}/metadata/${role}`, bytes)) as Waiting
}

async function uploadOlderRoots(
  product: string,
  older: readonly MetadataFile[],
  client: ApiClient,
): Promise<void> {
  for (const root of older) {
    try {
      await upload(product, root, client)
    } catch (error) {
      // The server is past this one already.
      if (error instanceof Refusal && error.code === 'VERSION_DECREASED') continue
      throw error
    }
  }
}
