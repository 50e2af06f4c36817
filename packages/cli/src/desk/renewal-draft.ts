/** Drafts the next version of a role whose keys stay: renewed, or with other contents. */
import type { ReleaseRole } from '@fleetward/shared'
import type { DeskFolder } from './desk-folder.ts'
import { nextVersion, writeDraft } from './draft.ts'
import { releaseHolders } from './key-holders.ts'
import { type MetadataFile, requireSigned } from './metadata-file.ts'
import {
  type OfflineRole,
  releaseRoleSigned,
  type SignedTarget,
  targetsSigned,
} from './signed-metadata.ts'
import { putTargetFile } from './target-files.ts'

/** The same contents with a new lifetime (protocol §3.4), or with other files under trust/. */
export async function draftRenewal(
  desk: DeskFolder,
  product: string,
  role: Exclude<OfflineRole, 'root'>,
  trust: ReadonlyMap<string, Uint8Array>,
  now: Date,
  options: { replace: boolean },
): Promise<MetadataFile> {
  if (role !== 'targets') {
    const before = await requireSigned(desk, product, role)
    const signed = releaseRoleSigned(nextVersion(before), before.signed.targets, now)
    return writeDraft(desk, product, role, signed, options)
  }
  const before = await requireSigned(desk, product, role)
  const targets: Record<string, SignedTarget> = { ...before.signed.targets }
  for (const [name, bytes] of trust) {
    targets[`trust/${name}`] = await putTargetFile(desk, product, `trust/${name}`, bytes)
  }
  const signed = targetsSigned(nextVersion(before), releaseHolders(before), targets, now)
  return writeDraft(desk, product, role, signed, options)
}

/** A release leaves the metadata; its bytes and old metadata stay (they are the record). */
export async function draftWithout(
  desk: DeskFolder,
  product: string,
  role: ReleaseRole,
  version: string,
  now: Date,
  options: { replace: boolean },
): Promise<MetadataFile> {
  const before = await requireSigned(desk, product, role)
  const targets = Object.fromEntries(
    Object.entries(before.signed.targets).filter(
      ([path]) => !path.startsWith(`${role}/${version}/`),
    ),
  )
  const signed = releaseRoleSigned(nextVersion(before), targets, now)
  return writeDraft(desk, product, role, signed, options)
}
