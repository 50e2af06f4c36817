/** A file that the person named: its absence is their mistake, not ours. */
import { readFile } from 'node:fs/promises'
import { Refusal } from './refusal.ts'

export async function readNamedFile(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => unreadable(path, cause))
}

export function unreadable(path: string, cause: unknown): never {
  throw new Refusal('FILE_UNREADABLE', `${path} cannot be read`, {
    next: 'Check the path and its permissions.',
    cause,
  })
}
