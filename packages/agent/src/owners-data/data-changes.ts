/** How the files of an archive differ from those that are here: what `import --dry-run` shows. */
import { createHash } from 'node:crypto'
import type { ArchiveManifest } from './archive-manifest.ts'
import { type OwnersFile, ownersFiles } from './owners-files.ts'

export interface DataChanges {
  readonly files: number
  readonly bytes: number
  readonly added: number
  readonly changed: number
  readonly removed: number
}

const BLOCK_BYTES = 256 * 1024

export async function dataChanges(folder: string, manifest: ArchiveManifest): Promise<DataChanges> {
  const files = manifest.entries.filter(({ path }) => path !== undefined)
  const coming = new Map(files.map((entry) => [entry.path ?? '', entry]))
  let [same, changed, removed] = [0, 0, 0]
  for await (const file of ownersFiles(folder, manifest.roots, () => {})) {
    const entry = coming.get(file.path)
    if (entry === undefined) removed += 1
    else if (entry.length === file.length && entry.sha256 === (await sha256Of(file))) same += 1
    else changed += 1
  }
  return {
    files: files.length,
    bytes: files.reduce((sum, { length }) => sum + length, 0),
    added: files.length - same - changed,
    ...{ changed, removed },
  }
}

async function sha256Of({ handle, length }: OwnersFile): Promise<string> {
  const digest = createHash('sha256')
  for (let at = 0; at < length; ) {
    const block = Buffer.alloc(Math.min(BLOCK_BYTES, length - at))
    const { bytesRead } = await handle.read(block, 0, block.length, at)
    if (bytesRead === 0) break
    digest.update(block.subarray(0, bytesRead))
    at += bytesRead
  }
  return digest.digest('hex')
}
