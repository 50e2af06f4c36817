/** A password never stands alone: with it comes the authenticator app that makes its codes. */
export interface PasswordWay {
  readonly account: string
  /** PHC string. */
  readonly hash: string
  /** The seed of the authenticator app, sealed for `totp/<account>`. */
  readonly sealedSeed: string
  /** The time step whose code was used last. */
  readonly lastStep: number
  readonly changedAt: number
}

export interface PasswordStore {
  find(account: string): Promise<PasswordWay | undefined>
  /** Replaces the one that was there. */
  save(way: PasswordWay): Promise<void>
  upgradeHash(account: string, from: string, to: string): Promise<void>
  /** Whether the step was unused: of two who bring the same code, one hears false. */
  useStep(account: string, step: number): Promise<boolean>
  remove(account: string): Promise<boolean>
}

export interface RecoveryCodeStore {
  /** In place of all that were there. */
  replace(account: string, digests: readonly string[]): Promise<void>
  /** Whether it was there; it is not any more. */
  use(account: string, digest: string): Promise<boolean>
  count(account: string): Promise<number>
}
