import type { InstallerKind } from '@fleetward/shared'

/** What the settings say about this device. */
export interface AgentDevice {
  readonly product: string
  readonly device: string
  readonly compatible: string
  readonly updates: {
    readonly security: 'automatic' | 'ask'
    readonly functionality: 'automatic' | 'ask'
  }
  readonly trialTimeLimitMs: number
  /** How it installs: what a release must name. `slot-directory` when left out. */
  readonly installers?: readonly InstallerKind[]
}
