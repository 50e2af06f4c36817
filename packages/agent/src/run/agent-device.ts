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
}
