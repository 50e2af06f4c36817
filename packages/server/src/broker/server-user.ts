/** What the server is called at a broker that is not ours: its rules there stand under that name. */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { SERVER_CLIENT_ID } from '../enrolment/fleet-authority.ts'
import type { Settings } from '../settings.ts'

export async function serverUserOf({ broker }: Pick<Settings, 'broker'>): Promise<string> {
  if (broker?.username !== undefined) return broker.username
  if (broker?.certificateFile === undefined) return SERVER_CLIENT_ID
  const { subject } = new X509Certificate(await readFile(broker.certificateFile))
  const name = /^CN=(.+)$/m.exec(subject)?.[1]
  if (name === undefined) throw new Error(`${broker.certificateFile} has no common name`)
  return name
}
