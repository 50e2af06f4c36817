import type { GateResult } from './gate.ts'

export interface KeptGateResult {
  /** Seconds since 1970. */
  readonly at: number
  readonly result: GateResult
}

/** Every result stays: what was known when a release went out is evidence. */
export interface GateStore {
  keep(product: string, version: string, kept: KeptGateResult): Promise<void>
  /** The newest first. */
  results(product: string, version: string, limit: number): Promise<readonly KeptGateResult[]>
}
