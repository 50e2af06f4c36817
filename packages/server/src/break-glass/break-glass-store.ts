/** Sealed codes, one at a time, and what became of those that were used. */
export interface SealedCode {
  readonly id: string
  /** SHA-256 of its secret, hex. */
  readonly sha256: string
  /** Seconds since 1970. */
  readonly createdAt: number
}

export interface BreakGlassUse {
  readonly id: string
  readonly createdAt: number
  readonly usedAt: number
  readonly usedFrom: string | undefined
  readonly acknowledgedAt: number | undefined
  /** Account id. */
  readonly acknowledgedBy: string | undefined
}

export interface BreakGlassStore {
  /** That nobody has used. */
  sealed(): Promise<SealedCode | undefined>
  /** From now on the only one: an unused one before it is gone. */
  seal(code: SealedCode): Promise<void>
  /** False: it was used already. */
  use(id: string, at: number, from: string | undefined): Promise<boolean>
  /** The newest first. */
  uses(limit: number): Promise<readonly BreakGlassUse[]>
  /** False: there is no such use, or somebody has done it already. */
  acknowledge(id: string, at: number, by: string): Promise<boolean>
}
