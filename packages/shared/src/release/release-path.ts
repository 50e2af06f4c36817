/** Where a release's files lie among the target files: `<role>/<version>/<file>` (protocol §4.1). */
import { isVersion } from './version.ts'

export const RELEASE_ROLES = ['security', 'functionality'] as const
export type ReleaseRole = (typeof RELEASE_ROLES)[number]

/** Starts with no dot and has no separator: it becomes a file name on the server. */
const FILE = /^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,149}$/

export interface ReleasePlace {
  readonly role: ReleaseRole
  readonly version: string
  readonly file: string
}

export function parseReleasePath(path: string): ReleasePlace | undefined {
  const [first, version, file, ...rest] = path.split('/')
  const role = RELEASE_ROLES.find((candidate) => candidate === first)
  if (role === undefined || !isVersion(version) || file === undefined) return undefined
  if (rest.length > 0 || !FILE.test(file)) return undefined
  return { role, version, file }
}

/** The folder of a release of this kind; a combined one lies with the security releases. */
export function releaseFolder(kind: 'security' | 'functionality' | 'combined', version: string) {
  return `${kind === 'functionality' ? 'functionality' : 'security'}/${version}`
}
