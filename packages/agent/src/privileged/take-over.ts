/**
 * A copy of the artifact that the network process cannot reach, for installers that hand it to another
 * program: between our look at it and theirs nobody may exchange it (RAUC CVE-2020-25860). The others
 * verify the very bytes they write.
 */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { makeDirectory, onDisk, removeDurably } from '@fleetward/platform'
import { TrustError, type VerifiedRelease } from '@fleetward/shared'
import { openArtifact } from '../transfer/open-artifact.ts'
import { artifactPath } from '../transfer/partial-artifact.ts'

const BLOCK_BYTES = 1024 * 1024

/** Resolves with the copy on the disk and verified; TrustError when the bytes are not the release's. */
export async function takeOver(
  { sha256, length }: VerifiedRelease,
  folders: { readonly from: string; readonly to: string },
  signal: AbortSignal,
): Promise<void> {
  const from = artifactPath(folders.from, sha256)
  const to = artifactPath(folders.to, sha256)
  await removeDurably(folders.to).catch(() => undefined)
  await makeDirectory(folders.to)
  const source = await openArtifact(from)
  try {
    const target = await onDisk(to, () => open(to, 'wx', 0o600))
    try {
      const hash = createHash('sha256')
      const buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)
      let copied = 0
      for (;;) {
        signal.throwIfAborted()
        const { bytesRead } = await onDisk(from, () => source.read(buffer, 0, BLOCK_BYTES, null))
        if (bytesRead === 0) break
        copied += bytesRead
        if (copied > length) throw new TrustError('LENGTH_EXCEEDED', { limit: length })
        hash.update(buffer.subarray(0, bytesRead))
        await onDisk(to, () => target.writeFile(buffer.subarray(0, bytesRead)))
      }
      const seen = hash.digest('hex')
      if (seen !== sha256) throw new TrustError('DIGEST_MISMATCH', { expected: sha256, seen })
      await onDisk(to, () => target.sync())
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}
