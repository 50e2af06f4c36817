/** A head of the audit log kept on the operator's side: at the next look it shows what was cut off or written anew. */
import { readFile } from 'node:fs/promises'
import { writeFileDurably } from '@fleetward/platform'
import { importKeySet, verifyAuditStatement } from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import type { KnownBefore, VerifiedExport } from './verify-export.ts'

/** Empty when there is no such file yet: the first look has nothing to compare with. */
export async function readKeptHead(file: string): Promise<KnownBefore> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return {}
  try {
    const { head, keys } = JSON.parse(text) as { head: string; keys: object }
    const keySet = await importKeySet(new TextEncoder().encode(JSON.stringify(keys)))
    return { heads: [await verifyAuditStatement(head, keySet)], keyIds: [...keySet.keys()] }
  } catch (cause) {
    throw new Refusal('HEAD_FILE_INVALID', `${file} holds no head of an audit log`, {
      next: 'Name the file that an earlier `fleetward audit verify --head-file` wrote, or a new one.',
      cause,
    })
  }
}

export async function keepHead(file: string, { statement, keys }: VerifiedExport): Promise<void> {
  if (statement === undefined) return
  await writeFileDurably(file, `${JSON.stringify({ head: statement, keys })}\n`, { mode: 0o644 })
}
