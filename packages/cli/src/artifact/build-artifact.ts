/**
 * Builds a slot artifact (protocol §4.4) from a folder: the same files give the same bytes,
 * whoever builds and whenever. Nothing of the machine enters it: no owner, time, inode or order.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { syncDirectory } from '@fleetward/platform'
import {
  encodeSlotListing,
  isSlotPath,
  SLOT_LISTING_NAME,
  type SlotListing,
  TrustError,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import { type ArtifactFormat, compress, formatOfName } from './compression.ts'
import { END_OF_ARCHIVE, encodeHeader, paddingAfter } from './ustar.ts'

export interface ArtifactPlan {
  readonly folder: string
  readonly product: string
  readonly version: string
  readonly start: readonly string[]
  readonly selfTest: readonly string[]
  readonly out: string
}

export interface BuiltArtifact {
  readonly path: string
  readonly format: ArtifactFormat
  readonly length: number
  readonly sha256: string
  readonly files: number
  readonly installedSize: number
}

export async function buildArtifact(plan: ArtifactPlan): Promise<BuiltArtifact> {
  const format = formatOfName(plan.out)
  if (format === undefined) {
    throw new Refusal('ARTIFACT_NAME_INVALID', `${basename(plan.out)} names no format`, {
      next: 'Let the file end in .tar.gz or .tar.zst.',
      usage: true,
    })
  }
  const files = await listFiles(plan.folder)
  if (files.length === 0) {
    throw new Refusal('FOLDER_EMPTY', `${plan.folder} holds no file`, {
      next: 'Name the folder whose files are to run on the device.',
    })
  }
  requireOwnFile('--start', plan.start, files)
  requireOwnFile('--self-test', plan.selfTest, files)
  const listing: SlotListing = {
    product: plan.product,
    version: plan.version,
    files,
    start: [...plan.start],
    selfTest: [...plan.selfTest],
  }

  const partial = `${plan.out}.partial`
  try {
    const out = createWriteStream(partial, { flush: true })
    await compress(archive(plan.folder, listing), format, out)
    await rename(partial, plan.out)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  await syncDirectory(dirname(resolve(plan.out)))

  return {
    path: plan.out,
    format,
    length: (await stat(plan.out)).size,
    sha256: (await hashFile(plan.out)).sha256,
    files: files.length,
    installedSize: files.reduce((sum, file) => sum + file.length, 0),
  }
}

/**
 * A command whose own file is not in the slot would only be found out on devices, by a rollback. Known
 * are `node` and its first word that is no option, and a path into the folder.
 */
function requireOwnFile(
  option: string,
  command: readonly string[],
  files: SlotListing['files'],
): void {
  const [program = '', ...words] = command
  const named = program === 'node' ? words.find((word) => !word.startsWith('-')) : program
  if (named === undefined || (program !== 'node' && !/^\.?[^/]*\//.test(program))) return
  if (named.startsWith('/') || files.some(({ path }) => path === named.replace(/^\.\//, ''))) return
  throw new Refusal(
    'COMMAND_FILE_MISSING',
    `${option} names ${named}, which is not in the folder`,
    {
      next: 'Name a file of the folder, as seen from its top.',
      facts: { option, file: named },
    },
  )
}

async function* archive(folder: string, listing: SlotListing): AsyncGenerator<Uint8Array> {
  const encoded = encodeSlotListing(listing)
  yield encodeHeader({ path: SLOT_LISTING_NAME, length: encoded.length, executable: false })
  yield encoded
  yield new Uint8Array(paddingAfter(encoded.length))

  for (const file of listing.files) {
    yield encodeHeader(file)
    const hash = createHash('sha256')
    for await (const bytes of createReadStream(join(folder, file.path))) {
      hash.update(bytes)
      yield bytes
    }
    // The listing was made in a first pass over the folder; a file must not change between the two.
    if (hash.digest('hex') !== file.sha256) {
      throw new Refusal('FOLDER_CHANGED', `${file.path} changed while the artifact was built`, {
        next: 'Stop whatever writes into the folder and build again.',
      })
    }
    yield new Uint8Array(paddingAfter(file.length))
  }
  yield END_OF_ARCHIVE
}

async function listFiles(folder: string): Promise<SlotListing['files'][number][]> {
  const files: SlotListing['files'][number][] = []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause) => {
    throw new Refusal('FOLDER_UNREADABLE', `${folder} cannot be read`, {
      next: 'Name an existing folder.',
      cause,
    })
  })
  for (const entry of entries) {
    if (entry.isDirectory()) continue
    const full = join(entry.parentPath, entry.name)
    const path = full.slice(join(folder, '/').length).replaceAll('\\', '/')
    if (!entry.isFile()) {
      throw new Refusal('FILE_KIND_FORBIDDEN', `${path} is no regular file`, {
        next: 'A slot holds regular files only: replace links by what they point to.',
      })
    }
    if (path === SLOT_LISTING_NAME) {
      throw new Refusal('FILE_NAME_TAKEN', `${path} is the name of the artifact's own listing`, {
        next: 'Rename or remove the file; the listing is made by this command.',
      })
    }
    // Before anything is written, and naming the file: the listing would refuse it as well.
    if (!isSlotPath(path)) throw new TrustError('ARTIFACT_ENTRY_FORBIDDEN', { path })
    const { mode } = await lstat(full)
    files.push({ path, ...(await hashFile(full)), executable: (mode & 0o100) !== 0 })
  }
  // By code point, which for the allowed alphabet is also the order of bytes: no locale.
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function hashFile(path: string): Promise<{ length: number; sha256: string }> {
  const hash = createHash('sha256')
  let length = 0
  for await (const bytes of createReadStream(path)) {
    hash.update(bytes)
    length += bytes.length
  }
  return { length, sha256: hash.digest('hex') }
}
