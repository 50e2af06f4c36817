/** Everything that is sealed, wherever it is kept. */
export interface SealedSecret {
  readonly purpose: string
  readonly sealed: string
  /** In its own transaction. False when it has been replaced or removed meanwhile. */
  replace(sealed: string): Promise<boolean>
}

export interface SealedSecrets {
  /** Some of those that are not sealed under this key; none once all are. */
  notUnder(keyId: string): Promise<readonly SealedSecret[]>
}
