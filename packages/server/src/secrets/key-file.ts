/**
 * The outer key in a file. At a rotation the next key lies beside it (`.next`) until the database is
 * sealed under that one; then it takes its place. So at any moment one of the two opens the database.
 */
import { readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory, writeFileDurably } from '@fleetward/platform'
import { formatKeyText, parseKeyText, wrappingOf } from './key-text.ts'
import { newSealingKeyBytes } from './sealing-key.ts'
import { SealingKeyError, type Wrapping } from './wrapping.ts'

/** Undefined when there is no such file. */
export async function readKeyFile(file: string): Promise<Wrapping | undefined> {
  let text: string
  try {
    const { mode } = await stat(file)
    if ((mode & 0o007) !== 0) {
      throw new SealingKeyError(
        `Everybody on this machine may read the key file ${file}. Run: chmod 600 ${file}`,
      )
    }
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (error instanceof SealingKeyError) throw error
    throw new SealingKeyError(`The key file ${file} cannot be read (${code}).`, { cause: error })
  }
  return wrappingOf(parseKeyText(text, file), file)
}

/** Makes the file with a fresh key. */
export async function makeKeyFile(file: string): Promise<Wrapping> {
  const text = formatKeyText(newSealingKeyBytes())
  await writeFileDurably(file, text, { mode: 0o600 })
  return wrappingOf(parseKeyText(text, file), file)
}

export function nextKeyFile(file: string): string {
  return `${file}.next`
}

/** The next key takes the place of the one before, which is gone for good. */
export async function adoptNextKeyFile(file: string): Promise<void> {
  await rename(nextKeyFile(file), file)
  await syncDirectory(dirname(file))
}
