import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { SettingsError } from '../settings.ts'

/** The authorities of a file of one's own beside the system's; `setting` is where the file is named. */
export async function authoritiesWith(caFile: string, setting: string): Promise<readonly string[]> {
  const own = await readFile(caFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new SettingsError([`${setting}: ${caFile} cannot be read (${error.code})`])
  })
  return [...rootCertificates, own]
}
