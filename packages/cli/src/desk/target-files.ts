/** Files that metadata lists, as they lie on the desk: put there once, held against the metadata later. */
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { copyFile, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeDirectory, syncDirectory, writeFileDurably } from '@fleetward/platform'
import { Refusal } from '../refusal.ts'
import { type DeskFolder, isMissing } from './desk-folder.ts'
import type { SignedTarget } from './signed-metadata.ts'

/** Puts bytes under a target path and returns what metadata says about them. */
export async function putTargetFile(
  desk: DeskFolder,
  product: string,
  path: string,
  bytes: Uint8Array,
): Promise<SignedTarget> {
  const file = desk.targetFile(product, path)
  await makeDirectory(dirname(file), 0o755)
  await writeFileDurably(file, bytes, { mode: 0o644 })
  return describeBytes(bytes)
}

export function describeBytes(bytes: Uint8Array): SignedTarget {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { length: bytes.length, hashes: { sha256 } }
}

/** Copies a large file to a target path; where the file system can, without copying the blocks. */
export async function copyTargetFile(
  desk: DeskFolder,
  product: string,
  path: string,
  from: string,
): Promise<string> {
  const file = desk.targetFile(product, path)
  await makeDirectory(dirname(file), 0o755)
  await copyFile(from, file, constants.COPYFILE_FICLONE)
  const copy = await open(file, 'r+')
  await copy.sync()
  await copy.close()
  await syncDirectory(dirname(file))
  return file
}

/**
 * The file of a target path, with exactly the bytes the metadata speaks about. Both before signing
 * and before uploading: a file on a desk can change after its release was drafted.
 */
export async function requireTargetFile(
  desk: DeskFolder,
  product: string,
  path: string,
  target: { readonly length: number; readonly sha256: string },
): Promise<string> {
  const file = desk.targetFile(product, path)
  const { size } = await stat(file).catch((cause: unknown) => {
    if (!isMissing(cause)) throw cause
    throw new Refusal('FILE_MISSING', `${path} is not on this desk`, {
      next: `Copy it to ${file}.`,
      facts: { path },
      cause,
    })
  })
  if (size !== target.length || (await sha256Of(file)) !== target.sha256) {
    throw new Refusal('FILE_CHANGED', `${path} is not what its metadata says`, {
      next: 'Find out who changed it. Draft the release anew from the right file with `fleetward release create --replace-draft`.',
      facts: { path, expected: target.sha256 },
    })
  }
  return file
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    hash.update(bytes)
  }
  return hash.digest('hex')
}
