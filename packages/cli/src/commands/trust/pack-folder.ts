/**
 * A folder of a feed as one zip, for the server takes files. It is read as the server would read it: what does not fit
 * its `SHA256SUMS` or is cut off never leaves this computer.
 */
import { createWriteStream } from 'node:fs'
import { finished, Readable } from 'node:stream'
import { finished as written } from 'node:stream/promises'
import {
  type FeedEntry,
  FeedError,
  ImportReport,
  openSource,
  type SkippedRecord,
} from '@fleetward/vulnerability'
import { ZipFile } from 'yazl'
import { Refusal } from '../../refusal.ts'

/** What was left out. `sha256`: of the folder's `SHA256SUMS`. */
export async function packFolder(
  folder: string,
  into: string,
  sha256: string | undefined,
): Promise<readonly SkippedRecord[]> {
  const report = new ImportReport()
  const zip = new ZipFile()
  const file = createWriteStream(into, { mode: 0o600 })
  zip.outputStream.pipe(file)
  const options = sha256 === undefined ? {} : { expectedSha256: sha256 }
  try {
    for await (const entry of openSource(folder, report, options)) await add(zip, entry)
  } catch (error) {
    file.destroy()
    if (!(error instanceof FeedError)) throw error
    throw new Refusal(error.code, error.message, { next: 'Fetch it again.', cause: error })
  }
  zip.end()
  await written(file)
  return report.summary().skipped
}

/** Resolves when it is read: the next entry may be asked for then. */
function add(zip: ZipFile, { name, chunks }: FeedEntry): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // An entry of a gzip comes unpacked.
  zip.addReadStreamLazy(name.replace(/\.gz$/i, ''), { mtime: new Date(0) }, (take) => {
    const content = Readable.from(chunks())
    finished(content, (error) => {
      if (error === undefined || error === null) resolve()
      else reject(error)
    })
    take(null, content)
  })
  return promise
}
