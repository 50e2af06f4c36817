/** Whether a verified release fits this one device (protocol §4.2). Asked on every way to a slot. */
import { TrustError } from '../errors.ts'
import type { VerifiedRelease } from './release.ts'
import { compareVersions } from './version.ts'

/** What this version of the agent can install. Exact words, never guessed from the bytes. */
export const INSTALLERS = ['slot-directory'] as const
export const ARTIFACT_FORMATS = ['tar.gz', 'tar.zst'] as const

export interface DeviceState {
  readonly compatible: string
  /** The highest security counter the device has ever committed. */
  readonly securityCounter: number
  /** What runs now. */
  readonly version: string
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
  const installers: readonly string[] = INSTALLERS
  const formats: readonly string[] = ARTIFACT_FORMATS
  if (!installers.includes(release.installer) || !formats.includes(release.format)) {
    throw new TrustError('RELEASE_FORMAT_UNSUPPORTED', {
      installer: release.installer,
      format: release.format,
    })
  }
}
