/** The roles of a product's repository (protocol §3.1) and the names of their files. */

/** Signed by the manufacturer, uploaded. */
export const UPLOADED_ROLES = ['root', 'targets', 'security', 'functionality'] as const
export type UploadedRole = (typeof UPLOADED_ROLES)[number]

/** Signed by this server. */
export type OnlineRole = 'timestamp' | 'snapshot'
export type Role = UploadedRole | OnlineRole

const FILE_NAME =
  /^(?<version>[1-9]\d{0,15})\.(?<role>root|snapshot|targets|security|functionality)\.json$/

/** TUF 6.2 with consistent snapshots, and TUF 5.3.3 for root; undefined is the current version. */
export function parseMetadataFileName(
  fileName: string,
): { role: Role; version: number | undefined } | undefined {
  if (fileName === 'timestamp.json') return { role: 'timestamp', version: undefined }
  const found = FILE_NAME.exec(fileName)?.groups
  if (found?.role === undefined) return undefined
  return { role: found.role as Role, version: Number(found.version) }
}
