/**
 * Reads a slot again after it was written and before it may boot: every listed file is made durable,
 * hashed and compared, and there is nothing else. The folder is the agent's alone, yet "what was
 * verified is what boots" is worth one more read (threat model: payload replaced after the check).
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { onDisk, syncDirectory } from '@fleetward/platform'
import { SLOT_LISTING_NAME, TrustError } from '@fleetward/shared'
import { foldersOf, type WrittenSlot } from './slot-writer.ts'

const READ_BYTES = 1024 * 1024
/** Files synced at a time: enough to keep a flash busy, few enough to keep memory small. */
const PARALLEL_COUNT = 4

export async function syncAndReadBack(
  folder: string,
  { listing, listingSha256 }: WrittenSlot,
  signal: AbortSignal | undefined,
): Promise<void> {
  const files = [{ path: SLOT_LISTING_NAME, sha256: listingSha256 }, ...listing.files]
  const queue = files.values()
  const work = async () => {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    for (const file of queue) {
      signal?.throwIfAborted()
      const seen = await syncAndHash(join(folder, file.path), buffer)
      if (seen === file.sha256) continue
      throw new TrustError('DIGEST_MISMATCH', { path: file.path, expected: file.sha256, seen })
    }
  }
  await Promise.all(Array.from({ length: PARALLEL_COUNT }, work))
  await requireNothingElse(folder, new Set(files.map(({ path }) => path)))
  // A file is there after a power loss only if the folder that names it is synced: fsync(2).
  for (const inside of foldersOf(listing)) await syncDirectory(join(folder, inside))
}

/** Whether the files have the length and mode they were listed with; their bytes are not read. */
export async function looksComplete(folder: string, { listing }: Pick<WrittenSlot, 'listing'>) {
  for (const { path, length, executable } of listing.files) {
    const file = await lstat(join(folder, path)).catch(() => undefined)
    if (file === undefined || !file.isFile() || file.size !== length) return false
    if (((file.mode & 0o100) !== 0) !== executable) return false
  }
  return true
}

async function syncAndHash(path: string, buffer: Buffer): Promise<string> {
  return onDisk(path, async () => {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      await file.sync()
      const hash = createHash('sha256')
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
        if (bytesRead === 0) return hash.digest('hex')
        hash.update(buffer.subarray(0, bytesRead))
      }
    } finally {
      await file.close()
    }
  })
}

async function requireNothingElse(folder: string, listed: ReadonlySet<string>): Promise<void> {
  const entries = await onDisk(folder, () =>
    readdir(folder, { recursive: true, withFileTypes: true }),
  )
  for (const entry of entries) {
    if (entry.isDirectory()) continue
    const path = join(entry.parentPath, entry.name).slice(join(folder, '/').length)
    if (!listed.has(path)) throw new TrustError('ARTIFACT_ENTRY_NOT_LISTED', { path })
  }
}
