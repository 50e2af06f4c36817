/** What was given to the agent to obey. The enrolment token is not among it: it is used once and may go. */
import { join } from 'node:path'
import type { Settings } from '../settings.ts'

const PACK_FILES = ['root.json', 'server-ca.pem', 'factory.json', 'factory-settings.json']

export function configurationFiles({ file, factoryPack }: Settings): string[] {
  return [file, ...PACK_FILES.map((name) => join(factoryPack, name))]
}
