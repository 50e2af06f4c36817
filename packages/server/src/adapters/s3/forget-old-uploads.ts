/**
 * Aborts uploads that were never completed: a server was killed in the middle. They cannot be seen, but a store
 * charges for them. Young ones may be another server's, under way.
 */
import type { S3Connection } from './s3-connection.ts'
import { S3Error } from './s3-error.ts'

const OLD_AFTER_MS = 86_400_000
const UPLOAD = /<Upload>(.*?)<\/Upload>/gs
const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`)

export async function forgetOldUploads(
  connection: S3Connection,
  prefix: string,
  now: Date,
): Promise<void> {
  let body: string
  try {
    const query = { uploads: '', prefix, 'max-uploads': '1000' }
    body = (await connection.ask({ method: 'GET', key: '', query, triesMax: 1 })).body
  } catch (error) {
    // Not every store lists them; the bucket's own rules may remove them (docs/operating/s3.md).
    if (error instanceof S3Error && [400, 403, 405, 501].includes(error.status)) return
    throw error
  }
  for (const [, upload = ''] of body.matchAll(UPLOAD)) {
    const [key, uploadId, initiated] = ['Key', 'UploadId', 'Initiated'].map(
      (name) => element(name).exec(upload)?.[1],
    )
    if (key === undefined || uploadId === undefined || initiated === undefined) continue
    if (!key.startsWith(prefix) || now.getTime() - Date.parse(initiated) < OLD_AFTER_MS) continue
    await connection.ask({ method: 'DELETE', key, query: { uploadId }, triesMax: 2 })
  }
}
