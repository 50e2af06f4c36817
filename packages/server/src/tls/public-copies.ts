/** The authorities' certificates as files, for what stands beside the server: an outside broker, a proxy, a person. */
import { join } from 'node:path'
import { makeDirectory, writeFileDurably } from '@fleetward/platform'
import { readIfThere } from '../server-keys/seal-plain-keys.ts'
import type { Authorities } from './authorities.ts'

export async function keepPublicCopies(
  folder: string,
  { fleetPem, server }: Pick<Authorities, 'fleetPem' | 'server'>,
): Promise<void> {
  await makeDirectory(folder, 0o700)
  for (const [name, pem] of [
    ['fleet-ca.pem', fleetPem],
    ['server-ca.pem', server.pem],
  ] as const) {
    const file = join(folder, name)
    if ((await readIfThere(file)) !== pem) await writeFileDurably(file, pem, { mode: 0o644 })
  }
}
