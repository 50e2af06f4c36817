/** The artifact of a release, taken to the desk, held to what its installer will check, and measured. */
import { rm, stat } from 'node:fs/promises'
import { type InstallerKind, installedSizeOf } from '@fleetward/shared'
import { checkArtifact } from '../artifact/check-artifact.ts'
import { checkImage } from '../artifact/check-image.ts'
import type { ArtifactFormat } from '../artifact/compression.ts'
import { type MeasuredArtifact, measureArtifact } from '../artifact/measure-artifact.ts'
import { unreadable } from '../named-file.ts'
import { Refusal } from '../refusal.ts'
import type { DeskFolder } from './desk-folder.ts'
import type { ReleaseWords } from './release-words.ts'
import { copyTargetFile } from './target-files.ts'

/** Copied first, then checked and measured: what is described is what lies on the desk. */
export async function takeArtifact(
  desk: DeskFolder,
  words: ReleaseWords,
  path: string,
  format: string,
): Promise<{ installedSize: number; measured: MeasuredArtifact }> {
  const { product, artifact, chunkSizeBytes } = words
  const file = await copyTargetFile(desk, product, path, artifact).catch((cause: unknown) =>
    unreadable(artifact, cause),
  )
  try {
    const installedSize = await CHECKS[words.installer](file, format, words)
    return { installedSize, measured: await measureArtifact(file, chunkSizeBytes) }
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

type ArtifactCheck = (file: string, format: string, words: ReleaseWords) => Promise<number>

/** What devices will check, by installer. Each returns `installedSize`. */
const CHECKS: Readonly<Record<InstallerKind, ArtifactCheck>> = {
  'slot-directory': checkSlot,
  'raw-image': checkImage,
  // A bundle is signed and checked by RAUC's own means, and installed as it is.
  rauc: async (file) => (await stat(file)).size,
  'update-module': checkSlot,
}

async function checkSlot(file: string, format: string, { product, version }: ReleaseWords) {
  const listing = await checkArtifact(file, format as ArtifactFormat)
  if (listing.product === product && listing.version === version) return installedSizeOf(listing)
  throw new Refusal(
    'ARTIFACT_OF_OTHER_RELEASE',
    `The artifact says it is ${listing.product} ${listing.version}, not ${product} ${version}`,
    { next: 'Name the right artifact, or build it anew with `fleetward artifact build`.' },
  )
}
