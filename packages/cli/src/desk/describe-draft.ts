/** What signing a draft would change, against the metadata that is signed now. */
import type { DeskFolder } from './desk-folder.ts'
import { type Change, differenceOfRoot, differenceOfTargets } from './difference.ts'
import { listKeys } from './key-file.ts'
import { latestMetadata, type MetadataFile } from './metadata-file.ts'
import { requireTargetFile } from './target-files.ts'

export async function describeDraft(
  desk: DeskFolder,
  product: string,
  draft: MetadataFile,
): Promise<Change[]> {
  const names = new Map((await listKeys(desk)).map(({ keyId, name }) => [keyId, name]))
  const { signed } = draft.metadata
  const before = await latestMetadata(desk, product, draft.role)
  if (signed.type === 'root') {
    const root = before?.metadata.signed
    return differenceOfRoot(root?.type === 'root' ? root : undefined, signed, names)
  }
  const targets = before?.metadata.signed
  return differenceOfTargets(
    targets?.type === 'targets' ? targets : undefined,
    signed,
    names,
    product,
  )
}

/** Every file the draft lists lies on the desk with exactly the listed bytes. */
export async function requireUnchangedFiles(
  desk: DeskFolder,
  product: string,
  draft: MetadataFile,
): Promise<void> {
  const { signed } = draft.metadata
  if (signed.type === 'root') return
  const before = await latestMetadata(desk, product, draft.role)
  const old = before?.metadata.signed
  for (const [path, { length, hashes }] of signed.targets) {
    const sha256 = hashes.get('sha256') ?? ''
    // What is signed already is not described anew, and may have gone to an archive since.
    if (old?.type === 'targets' && old.targets.get(path)?.hashes.get('sha256') === sha256) continue
    await requireTargetFile(desk, product, path, { length, sha256 })
  }
}
