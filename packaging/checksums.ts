/** What was built: its size and its SHA-256, printed and kept beside it as sha256sum(1) reads it. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'

const MIB = 1024 * 1024

export async function writeChecksum(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256')
  for await (const block of createReadStream(file)) hash.update(block as Buffer)
  const sha256 = hash.digest('hex')
  await writeFile(`${file}.sha256`, `${sha256}  ${basename(file)}\n`)
  return { sha256, bytes: (await stat(file)).size }
}

export function describeBuilt(file: string, built: { sha256: string; bytes: number }): string {
  return `${file}\n  ${(built.bytes / MIB).toFixed(1)} MiB, SHA-256 ${built.sha256}\n`
}
