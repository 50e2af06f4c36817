/** Whether a verified release fits this one device (protocol §4.2). Asked on every way to a slot. */
import { TrustError } from '../errors.ts'
import type { VerifiedRelease } from './release.ts'
import { compareVersions } from './version.ts'

/** What agents can install, and in which formats. Exact words, never guessed from the bytes. */
export const INSTALLER_FORMATS = {
  'slot-directory': ['tar.gz', 'tar.zst'],
  'raw-image': ['raw', 'raw.gz', 'raw.zst'],
  rauc: ['raucb'],
  'update-module': ['tar.gz', 'tar.zst'],
} as const

export type InstallerKind = keyof typeof INSTALLER_FORMATS

export function isInstallerKind(word: unknown): word is InstallerKind {
  return typeof word === 'string' && Object.hasOwn(INSTALLER_FORMATS, word)
}

export function isFormatOf(kind: InstallerKind, format: string): boolean {
  const formats: readonly string[] = INSTALLER_FORMATS[kind]
  return formats.includes(format)
}

export interface DeviceState {
  readonly compatible: string
  /** The highest security counter the device has ever committed. */
  readonly securityCounter: number
  /** What runs now. */
  readonly version: string
  /** How this device is set up to install; `slot-directory` when nothing is said. */
  readonly installers?: readonly InstallerKind[] | undefined
}

export function requireSuitable(release: VerifiedRelease, device: DeviceState): void {
  if (!release.compatible.includes(device.compatible)) {
    throw new TrustError('RELEASE_INCOMPATIBLE', {
      expected: device.compatible,
      seen: release.compatible.join(' ').slice(0, 200),
    })
  }
  // The same counter is no downgrade: functionality releases share it with the last fix.
  if (release.securityCounter < device.securityCounter) {
    throw new TrustError('SECURITY_COUNTER_DECREASED', {
      committed: device.securityCounter,
      seen: release.securityCounter,
    })
  }
  const { minimumVersion } = release
  if (minimumVersion !== undefined && compareVersions(device.version, minimumVersion) < 0) {
    throw new TrustError('RELEASE_NEEDS_NEWER_VERSION', {
      minimumVersion,
      runs: device.version,
    })
  }
  const { installer, format } = release
  const { installers = ['slot-directory'] } = device
  const isKnown = isInstallerKind(installer) && isFormatOf(installer, format)
  if (!isKnown || !installers.includes(installer)) {
    throw new TrustError('RELEASE_FORMAT_UNSUPPORTED', {
      expected: installers.join(' '),
      installer,
      format,
    })
  }
}
