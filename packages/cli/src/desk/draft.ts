/**
 * The life of a draft: written unsigned, signed key by key on any machine that holds a copy of the
 * desk, and taken over as signed metadata once every threshold is met.
 */
import {
  addSignature,
  nodeVerifier,
  removeDurably,
  type SigningKey,
  signMetadata,
} from '@fleetward/platform'
import { type Json, METADATA_MAX_BYTES, TrustedMetadata, verifySignatures } from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import { isComplete, type Progress, progressOf, requirementsOf } from './authority.ts'
import type { DeskFolder } from './desk-folder.ts'
import {
  findDraft,
  latestMetadata,
  type MetadataFile,
  parseMetadataFile,
  writeMetadataFile,
} from './metadata-file.ts'
import type { OfflineRole, Signed } from './signed-metadata.ts'

/** Writes a draft. One role has one draft at a time: two would claim the same version. */
export async function writeDraft(
  desk: DeskFolder,
  product: string,
  role: OfflineRole,
  signed: Signed,
  options: { replace: boolean },
): Promise<MetadataFile> {
  await requireNoDraft(desk, product, role, options)
  const bytes = signMetadata(signed as unknown as Json, [])
  // With room for signatures, so that signing cannot make the file too large.
  const max = METADATA_MAX_BYTES[role === 'root' ? 'root' : 'targets'] - 8 * 1024
  if (bytes.length > max) {
    throw new Refusal(
      'METADATA_TOO_LARGE',
      `The ${role} metadata would have ${bytes.length} bytes`,
      {
        next: `Devices read at most ${max}: withdraw releases that nobody needs any more.`,
        facts: { length: bytes.length, max },
      },
    )
  }
  const draft = {
    path: desk.draftFile(product, role, signed.version),
    ...parseMetadataFile(bytes, role),
  }
  const before = await findDraft(desk, product, role)
  await writeMetadataFile(draft.path, bytes)
  if (before !== undefined && before.path !== draft.path) await removeDurably(before.path)
  return draft
}

export async function requireNoDraft(
  desk: DeskFolder,
  product: string,
  role: OfflineRole,
  { replace }: { replace: boolean },
): Promise<void> {
  const draft = await findDraft(desk, product, role)
  if (draft === undefined || replace) return
  throw new Refusal('DRAFT_EXISTS', `There is a draft of ${role} already: ${draft.path}`, {
    next: `Sign it with \`fleetward sign ${product}/${role}\`, or give --replace-draft to throw it away.`,
    facts: { draft: draft.path },
  })
}

export async function signingProgress(
  desk: DeskFolder,
  product: string,
  draft: MetadataFile,
): Promise<Progress[]> {
  // Drafts first: a draft that is taken over meanwhile stands among the signed before it goes.
  const [rootDraft, targetsDraft] = [
    await findDraft(desk, product, 'root'),
    await findDraft(desk, product, 'targets'),
  ]
  const signedRoot = await latestMetadata(desk, product, 'root')
  const root = signedRoot ?? rootDraft
  const targets = (await latestMetadata(desk, product, 'targets')) ?? targetsDraft
  const requirements = requirementsOf(draft.role, draft.metadata, {
    signedRoot: signedRoot?.metadata.signed,
    root: root?.metadata.signed,
    targets: targets?.metadata.signed,
  })
  return progressOf(requirements, draft.metadata, nodeVerifier)
}

/** Adds one signature and, when it was the last one missing, moves the draft to the signed metadata. */
export async function signDraft(
  desk: DeskFolder,
  product: string,
  draft: MetadataFile,
  key: SigningKey,
  now: Date,
): Promise<{ path: string; progress: Progress[] }> {
  return keep(desk, product, draft, addSignature(draft.bytes, key), now)
}

/** Takes the signatures of a copy that was signed elsewhere; the copy must be of the same draft. */
export async function mergeDraft(
  desk: DeskFolder,
  product: string,
  draft: MetadataFile,
  copy: MetadataFile,
  now: Date,
): Promise<{ path: string; progress: Progress[] }> {
  if (Buffer.compare(draft.metadata.signedBytes, copy.metadata.signedBytes) !== 0) {
    throw new Refusal('OTHER_DRAFT', `${copy.path} is not a copy of ${draft.path}`, {
      next: 'Ask which of the two is meant; signatures are over exact contents.',
    })
  }
  const signatures = new Map(
    [...draft.metadata.signatures, ...copy.metadata.signatures].map((one) => [
      one.keyId,
      one.signature,
    ]),
  )
  const file = {
    signatures: [...signatures].map(([keyid, sig]) => ({ keyid, sig })),
    signed: draft.signed as unknown as Json,
  }
  return keep(desk, product, draft, new TextEncoder().encode(JSON.stringify(file)), now)
}

async function keep(
  desk: DeskFolder,
  product: string,
  draft: MetadataFile,
  bytes: Uint8Array,
  now: Date,
): Promise<{ path: string; progress: Progress[] }> {
  const signed = { path: draft.path, ...parseMetadataFile(bytes, draft.role) }
  const progress = await signingProgress(desk, product, signed)
  if (!isComplete(progress)) {
    await writeMetadataFile(draft.path, bytes)
    return { path: draft.path, progress }
  }
  await requireAcceptable(desk, product, signed, progress, now)
  const path = desk.metadataFile(product, draft.role, draft.signed.version)
  await writeMetadataFile(path, bytes)
  await removeDurably(draft.path)
  return { path, progress }
}

/** The same code that devices and server run has the last word before metadata counts as signed. */
async function requireAcceptable(
  desk: DeskFolder,
  product: string,
  { role, bytes, metadata }: MetadataFile,
  progress: readonly Progress[],
  now: Date,
): Promise<void> {
  if (role === 'root') {
    const before = await latestMetadata(desk, product, 'root')
    const trusted = new TrustedMetadata(before?.bytes ?? bytes, { verifier: nodeVerifier, now })
    if (before !== undefined) trusted.updateRoot(bytes)
    return
  }
  for (const { keys, threshold } of progress) {
    verifySignatures(keys, threshold, metadata.signedBytes, metadata.signatures, nodeVerifier, role)
  }
}

export const nextVersion = (before: MetadataFile | undefined): number =>
  (before?.signed.version ?? 0) + 1
