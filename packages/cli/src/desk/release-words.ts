/** What a person says about a release, and what of it cannot be meant. */
import {
  formatOfName,
  INSTALLER_FORMATS,
  type InstallerKind,
  isFormatOf,
  isVersion,
  lineOf,
  type ReleaseKind,
} from '@fleetward/shared'
import type { QualityProfile } from '@fleetward/vulnerability'
import { Refusal } from '../refusal.ts'

/** The rest is measured. */
export interface ReleaseWords {
  readonly product: string
  readonly artifact: string
  readonly installer: InstallerKind
  /** From the artifact's name when left out. */
  readonly format?: string
  readonly sbom: string
  readonly sbomProfile: QualityProfile
  readonly kind: ReleaseKind
  readonly version: string
  readonly line?: string
  readonly securityCounter: number
  readonly compatible: readonly string[]
  readonly fixes: readonly string[]
  readonly advisories: readonly string[]
  readonly notes: string
  readonly base?: string
  readonly minimumVersion?: string
  readonly combinedReason?: string
  readonly postponeMaxSeconds: number
  readonly deadlineMinSeconds: number
  readonly chunkSizeBytes: number
  /** Older releases of the same line stay on offer. */
  readonly keepOlder: boolean
  readonly replaceDraft: boolean
}

export function requireVersion({ version, line }: ReleaseWords): void {
  if (!isVersion(version))
    throw badWord(
      'VERSION_INVALID',
      `${version} is no version`,
      'Write it as major.minor.patch, for example 1.4.3.',
    )
  if (line !== undefined && line !== lineOf(version)) {
    throw badWord(
      'LINE_OF_OTHER_VERSION',
      `${version} belongs to line ${lineOf(version)}, not to ${line}`,
      'Leave --line away, or correct the version.',
    )
  }
}

export function requireFormat({ installer, format: said }: ReleaseWords, name: string): string {
  const formats = INSTALLER_FORMATS[installer].join(', ')
  if (said !== undefined && !isFormatOf(installer, said)) {
    throw badWord(
      'FORMAT_OF_OTHER_INSTALLER',
      `${said} is no format of the installer ${installer}`,
      `Its formats are ${formats}.`,
    )
  }
  const format = said ?? formatOfName(installer, name)
  if (format !== undefined) return format
  throw badWord(
    'ARTIFACT_NAME_INVALID',
    `${name} names no format of the installer ${installer}`,
    `Name it with --format: ${formats}.`,
  )
}

function badWord(code: string, message: string, next: string): Refusal {
  return new Refusal(code, message, { next, usage: true })
}
