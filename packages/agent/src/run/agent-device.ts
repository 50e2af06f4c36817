import type { FactoryDefaults, InstallerKind } from '@fleetward/shared'
import type { Notice } from '../core/notice.ts'
import type { OwnersDefaults } from '../core/owners-choices.ts'

/** What the settings say about this device. */
export interface AgentDevice {
  readonly product: string
  readonly device: string
  readonly compatible: string
  /** What stands where the owner has chosen nothing. */
  readonly defaults: OwnersDefaults
  /** `minimal` when left out. */
  readonly telemetry?: FactoryDefaults['telemetry']
  /** What an update interrupts; `product` when left out. */
  readonly restarts?: Notice['restarts']
  readonly bandwidthLimitBytesPerSecond?: number | undefined
  readonly trialTimeLimitMs: number
  /** How it installs: what a release must name. `slot-directory` when left out. */
  readonly installers?: readonly InstallerKind[]
}
