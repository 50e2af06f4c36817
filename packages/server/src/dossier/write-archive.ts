/**
 * Writes the archive of a dossier: sorted names, one time for all, so that the same contents are the same bytes. A file
 * is opened when its turn comes and passes through; of none the whole is in memory but of those that were made there.
 * The manifest comes last, since it has the digest of every file before it.
 */
import { createHash } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import {
  DOSSIER_FILES_MAX_COUNT,
  DOSSIER_MANIFEST_PATH,
  DOSSIER_SIGNATURE_PATH,
  type DossierManifest,
  type DossierManifestFile,
  encodeDossierManifest,
  isDossierPath,
} from '@fleetward/shared'
import { ZipFile } from 'yazl'
import type { DossierFile } from './section.ts'

/** The first that a zip can say, in whatever zone this runs: yazl writes the fields as they are read in local time. */
const options = () => ({
  mtime: new Date(1980, 0, 1),
  mode: 0o100_644,
  forceDosTimestamp: true,
})
/** Packed already: packing again costs time and gains nothing. */
const PACKED = /^(?:application\/(?:pdf|zip|gzip)|image\/)/

const GAVE_UP = new Error('The archive could not be written')

export interface ArchiveNeeds {
  readonly files: readonly DossierFile[]
  readonly head: Omit<DossierManifest, 'files'>
  /** Signs the manifest by its digest. */
  sign(manifestSha256: string): Promise<string>
  /** A file was written. */
  wrote?(done: number): void
}

export interface WrittenArchive {
  readonly manifestSha256: string
  readonly filesCount: number
}

/** `output` gets the bytes of the archive; what goes wrong, anywhere, rejects. */
export async function writeArchive(
  { files, head, sign, wrote }: ArchiveNeeds,
  output: (bytes: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<WrittenArchive> {
  const sorted = files.toSorted((one, other) => (one.path < other.path ? -1 : 1))
  requireNames(sorted)
  const zip = new ZipFile()
  const out = new PassThrough()
  zip.outputStream.pipe(out)
  const failure = (error: unknown) => out.destroy(error as Error)
  zip.on('error', failure)
  zip.outputStream.on('error', failure)
  const reading = output(out)
  // Whoever reads may give up before the files are written: then nobody waits for them.
  reading.catch(failure)
  try {
    const listed: DossierManifestFile[] = []
    for (const file of sorted) {
      listed.push(await add(zip, out, file))
      wrote?.(listed.length)
    }
    const manifest = encodeDossierManifest({ ...head, files: listed })
    const manifestSha256 = createHash('sha256').update(manifest).digest('hex')
    zip.addBuffer(Buffer.from(manifest), DOSSIER_MANIFEST_PATH, options())
    zip.addBuffer(Buffer.from(await sign(manifestSha256)), DOSSIER_SIGNATURE_PATH, options())
    zip.end()
    await reading
    return { manifestSha256, filesCount: listed.length }
  } catch (error) {
    // Nothing is read to an end that does not come; and whoever read knows best why it gave up.
    if (error !== GAVE_UP) failure(error)
    await reading
    throw error
  }
}

/** Resolves once its last byte is packed. */
async function add(
  zip: ZipFile,
  out: PassThrough,
  file: DossierFile,
): Promise<DossierManifestFile> {
  if (out.destroyed) throw GAVE_UP
  const { path, mediaType, item, what, content } = file
  const hash = createHash('sha256')
  let length = 0
  async function* hashed() {
    for await (const chunk of content instanceof Uint8Array ? [content] : content()) {
      hash.update(chunk)
      length += chunk.length
      yield chunk
    }
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stream = Readable.from(hashed(), { objectMode: false })
  stream.once('end', resolve)
  stream.once('error', reject)
  const gaveUp = () => reject(GAVE_UP)
  out.once('close', gaveUp)
  const compress = !PACKED.test(mediaType)
  zip.addReadStreamLazy(path, { ...options(), compress }, (open) => open(null, stream))
  try {
    await promise
  } catch (error) {
    stream.destroy()
    throw error
  } finally {
    out.off('close', gaveUp)
  }
  return { path, sha256: hash.digest('hex'), length, mediaType, item, what }
}

function requireNames(sorted: readonly DossierFile[]): void {
  if (sorted.length > DOSSIER_FILES_MAX_COUNT) {
    throw new Error(`A dossier has at most ${DOSSIER_FILES_MAX_COUNT} files`)
  }
  const bad = sorted.find(({ path }, at) => !isDossierPath(path) || path === sorted[at - 1]?.path)
  if (bad !== undefined) throw new Error(`${bad.path} cannot be the name of a file of a dossier`)
}
