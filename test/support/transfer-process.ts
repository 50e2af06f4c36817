/**
 * A transfer in a process of its own, for tests that kill it or give it a small disk. Reads its job from
 * stdin, prints `progress <bytes>` and at last `done` or `failed <code>`.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { codeOf, type VerifiedRelease } from '@fleetward/shared'
import { HttpsClient } from '../../packages/agent/src/connection/https-client.ts'
import { HttpsTransfer } from '../../packages/agent/src/transfer/https-transfer.ts'

export interface TransferJob {
  readonly release: VerifiedRelease
  /** base64 */
  readonly chunkList: string
  readonly server: string
  readonly folder: string
  readonly ca: string
  readonly certificate: string
  readonly key: string
  /** Somebody else takes the rest of the disk once the download is under way. */
  readonly fillDisk?: boolean
}

const say = (line: string) => process.stdout.write(`${line}\n`)

const job = JSON.parse(await text(process.stdin)) as TransferJob
const { release, server, folder, ca, certificate, key } = job
const transfer = new HttpsTransfer({
  client: new HttpsClient({ ca, identity: () => ({ certificate, key }) }),
  server,
  folder,
  fetchTarget: async () => Buffer.from(job.chunkList, 'base64'),
})
try {
  let isFilled = job.fillDisk !== true
  await transfer.fetch(release, {
    signal: new AbortController().signal,
    onProgress: (bytes) => {
      say(`progress ${bytes}`)
      if (isFilled || bytes === 0) return
      fill(join(folder, 'filler'))
      isFilled = true
    },
  })
  say('done')
} catch (error) {
  say(`failed ${codeOf(error)?.code ?? error}`)
}
process.exit()

function fill(path: string): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(4096), { flag: 'a' })
  } catch {
    // ENOSPC: full.
  }
}
