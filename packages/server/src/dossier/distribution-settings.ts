/** Of the server's settings what decides how updates reach devices; without anything secret. */
import type { RetentionSettings } from '../retention/retention-settings.ts'
import type { Settings } from '../settings.ts'

export interface DistributionSettings {
  readonly hosts: readonly string[]
  readonly broker: string
  readonly artifacts: string
  readonly isDownloadPublic: boolean
  readonly renewalCron: string
  readonly isProduction: boolean
  readonly quarantinesSuspectedClones: boolean
  readonly retention: RetentionSettings
}

export function distributionSettingsOf(settings: Settings): DistributionSettings {
  const { host, broker, artifacts, publicDownload, renewalCron, production, retention } = settings
  return {
    ...{ hosts: host, broker: broker === undefined ? 'embedded' : broker.kind },
    ...{ artifacts: artifacts.kind, isDownloadPublic: publicDownload, renewalCron },
    ...{ isProduction: production, retention },
    quarantinesSuspectedClones: settings.quarantineSuspectedClones,
  }
}
