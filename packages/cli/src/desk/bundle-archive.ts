/** Writes the archive of an offline bundle (protocol §14): the index, then its files in order. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { syncDirectory } from '@fleetward/platform'
import { BUNDLE_INDEX_NAME, type BundledFile, encodeBundleIndex } from '@fleetward/shared'
import { END_OF_ARCHIVE, encodeHeader, paddingAfter } from '../artifact/ustar.ts'

export interface BundlePart {
  readonly path: string
  /** Its bytes, or the file that has them with what was signed about it. */
  readonly content:
    | Uint8Array
    | { readonly file: string; readonly length: number; readonly sha256: string }
}

/** Appears under its name only when it is whole. */
export async function writeBundle(
  out: string,
  product: string,
  parts: readonly BundlePart[],
): Promise<void> {
  const index = encodeBundleIndex({ product, files: parts.map(describe) })
  const partial = `${out}.partial`
  try {
    await pipeline(
      archive([{ path: BUNDLE_INDEX_NAME, content: index }, ...parts]),
      createWriteStream(partial, { flush: true }),
    )
    await rename(partial, out)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  await syncDirectory(dirname(resolve(out)))
}

async function* archive(parts: readonly BundlePart[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const { path, length } = describe(part)
    yield encodeHeader({ path, length, executable: false })
    if (part.content instanceof Uint8Array) yield part.content
    else yield* createReadStream(part.content.file, { highWaterMark: 1024 * 1024 })
    yield new Uint8Array(paddingAfter(length))
  }
  yield END_OF_ARCHIVE
}

function describe({ path, content }: BundlePart): BundledFile {
  if (!(content instanceof Uint8Array)) {
    return { path, length: content.length, sha256: content.sha256 }
  }
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { path, length: content.length, sha256 }
}
